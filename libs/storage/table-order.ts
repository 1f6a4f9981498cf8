import type { Transaction } from './database.js';

/** A table with its columns, in their order. */
export interface TableShape {
  readonly name: string;
  readonly columns: readonly string[];
}

/** Every table of the schema but the record of migrations; one that others refer to comes before them. */
export async function tablesInOrder(tx: Transaction): Promise<readonly TableShape[]> {
  const tables = await tx.$queryRaw<TableShape[]>`
    SELECT table_name AS "name", array_agg(column_name::text ORDER BY ordinal_position) AS "columns"
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND table_name <> '_prisma_migrations'
    GROUP BY table_name ORDER BY table_name`;
  const needs = await tx.$queryRaw<{ readonly from: string; readonly to: string }[]>`
    SELECT a.relname AS "from", b.relname AS "to" FROM pg_constraint
    JOIN pg_class a ON a.oid = conrelid JOIN pg_class b ON b.oid = confrelid
    WHERE contype = 'f' AND conrelid <> confrelid`;
  const ordered: TableShape[] = [];
  const isDone = (name: string): boolean => ordered.some((table) => table.name === name);
  while (ordered.length < tables.length) {
    const next = tables.find(({ name }) => !isDone(name) && needs.every(({ from, to }) => from !== name || isDone(to)));
    if (next === undefined) throw new Error('tables refer to each other in a circle');
    ordered.push(next);
  }
  return ordered;
}

/** A name as it stands in a statement. */
export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
