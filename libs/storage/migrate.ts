/**
 * Applies `prisma/migrations/<name>/migration.sql` in order of name, and records them in `_prisma_migrations` exactly as Prisma's own
 * migrate does (same table, same advisory lock, checksum = sha256 of the file), so that `prisma migrate` stays usable.
 * Each migration and its record are one transaction: a half-applied one does not exist.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { AppError } from '#base/errors.js';
import type { Logger } from '#observability/logger.js';
import { asStorageError } from './storage-errors.js';

/** The advisory lock that Prisma's schema engine takes. */
const LOCK = 72_707_369;
const RETRY_MS = 1000;

const CREATE_TABLE = `
CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
)`;

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Brings the database up to the newest migration of `folder` and returns the names it applied. Waits for the server, and for another
 * process that migrates. @throws AppError `conflict` when an applied migration was changed since or left unfinished.
 */
export async function migrate(url: string, folder: string, log: Logger): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  const client = await connect(url, log);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(CREATE_TABLE);
    const applied: string[] = [];
    for (const migration of migrations) if (await apply(client, migration)) applied.push(migration.name);
    // An index on an expression says nothing about its values until they were looked at.
    if (applied.length > 0 && applied.length < migrations.length) await client.query('ANALYZE');
    if (applied.length > 0) log.info({ applied }, 'database migrated');
    return applied;
  } catch (thrown) {
    throw asStorageError(thrown);
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(path.join(folder, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

async function connect(url: string, log: Logger): Promise<pg.Client> {
  for (;;) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (thrown) {
      const problem = asStorageError(thrown);
      if (problem.kind !== 'unavailable') throw problem;
      log.warn({ what: 'postgresql' }, 'waiting for PostgreSQL');
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

async function apply(client: pg.Client, migration: Migration): Promise<boolean> {
  const known = await client.query<{ checksum: string; finished: boolean }>(
    `SELECT "checksum", "finished_at" IS NOT NULL AS finished FROM "_prisma_migrations"
     WHERE "migration_name" = $1 AND "rolled_back_at" IS NULL`,
    [migration.name],
  );
  const record = known.rows.at(0);
  if (record !== undefined) {
    check(record, migration);
    return false;
  }
  await client.query('BEGIN');
  try {
    await client.query(migration.sql);
    await client.query(
      `INSERT INTO "_prisma_migrations" ("id", "checksum", "finished_at", "migration_name", "applied_steps_count")
       VALUES ($1, $2, now(), $3, 1)`,
      [randomUUID(), migration.checksum, migration.name],
    );
    await client.query('COMMIT');
  } catch (thrown) {
    await client.query('ROLLBACK');
    throw thrown;
  }
  return true;
}

function check(record: { readonly checksum: string; readonly finished: boolean }, migration: Migration): void {
  const { name, checksum } = migration;
  if (!record.finished)
    throw new AppError('conflict', `Migration ${name} was started by another tool and never finished.`);
  if (record.checksum !== checksum)
    throw new AppError('conflict', `Migration ${name} was changed after it was applied; write a new one instead.`);
}
