import type { Database } from './database.js';
import { stored } from './storage-errors.js';
import { quoted, tablesInOrder } from './table-order.js';

/** What a table takes on disk, with its indexes. */
export interface TableSize {
  readonly name: string;
  readonly bytes: number;
  /** As PostgreSQL last estimated; −1: never. */
  readonly rows: number;
}

/** Sizes of all tables, largest first, and of the whole database. */
export async function databaseSize(
  database: Database,
): Promise<{ readonly bytes: number; readonly tables: readonly TableSize[] }> {
  return stored(async () => {
    const [[{ bytes }], tables] = await Promise.all([
      database.$queryRaw<[{ bytes: number }]>`SELECT pg_database_size(current_database())::float8 AS "bytes"`,
      database.$queryRaw<TableSize[]>`
        SELECT relname AS "name", pg_total_relation_size(c.oid)::float8 AS "bytes", reltuples::float8 AS "rows"
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = 'public' AND relkind = 'r' ORDER BY 2 DESC, 1`,
    ]);
    return { bytes, tables };
  });
}

/** Frees what deleted rows took for new ones and refreshes what the planner knows; everything goes on meanwhile. */
export async function vacuum(database: Database): Promise<void> {
  await stored(async () => {
    const tables = await database.$transaction((tx) => tablesInOrder(tx));
    for (const { name } of tables) await database.$executeRawUnsafe(`VACUUM (ANALYZE) ${quoted(name)}`);
  });
}
