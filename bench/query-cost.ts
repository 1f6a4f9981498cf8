import type { Database } from '#storage/database.js';
import type { Prisma } from '#storage/generated/client.js';

/** What one statement reads, whatever else the machine does. */
export interface StatementCost {
  /** Pages of 8 KiB that were looked at, in memory or from the disk. */
  readonly pages: number;
  /** Rows that the scans at the leaves of the plan went through, those included that a condition turned away. */
  readonly rows: number;
  /** Scans at the leaves, such as `Index Only Scan Track_pkey`. */
  readonly scans: readonly string[];
}

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly PlanNode[];
}

/** Runs a statement under `EXPLAIN ANALYZE`. */
export async function statementCost(database: Database, statement: Prisma.Sql): Promise<StatementCost> {
  const [row] = await database.$queryRawUnsafe<[{ 'QUERY PLAN': [{ Plan: PlanNode }] }]>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON, TIMING OFF) ${statement.text}`,
    ...statement.values,
  );
  const [{ Plan: root }] = row['QUERY PLAN'];
  const leaves = leavesOf(root);
  return {
    pages: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
    rows: leaves.reduce((sum, leaf) => sum + rowsOf(leaf), 0),
    scans: leaves.map((leaf) => [leaf['Node Type'], leaf['Index Name'] ?? leaf['Relation Name']].join(' ')),
  };
}

function leavesOf(node: PlanNode): readonly PlanNode[] {
  const below = node.Plans ?? [];
  return below.length === 0 ? [node] : below.flatMap(leavesOf);
}

function rowsOf(leaf: PlanNode): number {
  return Math.round((leaf['Actual Rows'] + (leaf['Rows Removed by Filter'] ?? 0)) * leaf['Actual Loops']);
}
