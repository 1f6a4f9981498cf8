/**
 * All rows of one moment in one file: gzip of JSON lines. The first line says what it is; each table is a line with its name and
 * columns, its rows, and a line with their number and digest; the last line says that nothing is missing. Rows are what PostgreSQL's
 * own `row_to_json` gives, which `json_populate_recordset` reads back exactly. Media files and the key of camera passwords are not in it.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip, type Gzip } from 'node:zlib';
import { AppError, asAppError, errorCode } from '#base/errors.js';
import type { Database, Transaction } from './database.js';
import { Prisma } from './generated/client.js';
import { asStorageError } from './storage-errors.js';
import { quoted, tablesInOrder } from './table-order.js';

/** In the first line of a backup. */
export const BACKUP_FORMAT = 'posewatch-backup';
/** Version of the format. */
export const BACKUP_VERSION = 1;

/** What was written. */
export interface BackupSummary {
  /** Table → rows. */
  readonly tables: Readonly<Record<string, number>>;
}

/** A backup under way. */
export interface BackupOptions {
  readonly nowMs: number;
  readonly signal: AbortSignal;
  /** Called with the number of rows so far, every few thousand. */
  readonly onRows?: (rows: number) => void;
}

const ROWS_AT_ONCE = 2000;
const LONGEST_MS = 12 * 3_600_000;

/**
 * Writes a backup as it was at one moment, while everything goes on. The file is there as a whole or not at all.
 * @throws AppError `unavailable` when the file cannot be written or PostgreSQL is away, `cancelled`.
 */
export async function writeBackup(database: Database, file: string, options: BackupOptions): Promise<BackupSummary> {
  const part = `${file}.part`;
  const packed = createGzip({ level: 3 });
  const { signal } = options;
  const written = pipeline(packed, createWriteStream(part, { mode: 0o600, flush: true }), { signal });
  written.catch(() => undefined); // met below, after the rows
  try {
    const tables = await database.$transaction((tx) => writeTables(tx, packed, options), {
      isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead,
      timeout: LONGEST_MS,
    });
    packed.end();
    await written;
    await rename(part, file);
    return { tables };
  } catch (thrown) {
    packed.destroy();
    await written.catch(() => undefined);
    await rm(part, { force: true });
    throw asBackupError(thrown, file, signal);
  }
}

function asBackupError(thrown: unknown, file: string, signal: AbortSignal): AppError {
  if (signal.aborted) return new AppError('cancelled', `${file} was not written.`, { cause: thrown });
  const isFile = ['ENOENT', 'EACCES', 'ENOSPC', 'EISDIR', 'EROFS', 'ENOTDIR'].includes(errorCode(thrown) ?? '');
  if (!isFile) return asStorageError(thrown);
  return new AppError('unavailable', `${file} cannot be written: ${asAppError(thrown).message}`, { cause: thrown });
}

async function writeTables(
  tx: Transaction,
  to: Gzip,
  { nowMs, signal, onRows }: BackupOptions,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  let all = 0;
  const tables = await tablesInOrder(tx);
  await put(to, JSON.stringify({ format: BACKUP_FORMAT, version: BACKUP_VERSION, createdAtMs: nowMs }));
  for (const { name, columns } of tables) {
    await put(to, JSON.stringify({ table: name, columns }));
    const digest = createHash('sha256');
    await tx.$executeRawUnsafe(
      `DECLARE "rows" NO SCROLL CURSOR FOR SELECT row_to_json(r)::text AS line FROM ${quoted(name)} r`,
    );
    counts[name] = 0;
    for (;;) {
      signal.throwIfAborted();
      if (to.errored !== null) throw to.errored;
      const rows = await tx.$queryRawUnsafe<{ line: string }[]>(`FETCH ${ROWS_AT_ONCE} FROM "rows"`);
      if (rows.length === 0) break;
      const text = rows.map(({ line }) => line).join('\n');
      digest.update(`${text}\n`);
      await put(to, text);
      counts[name] += rows.length;
      onRows?.((all += rows.length));
    }
    await tx.$executeRawUnsafe('CLOSE "rows"');
    await put(to, JSON.stringify({ end: name, rows: counts[name], sha256: digest.digest('hex') }));
  }
  await put(to, JSON.stringify({ complete: tables.length }));
  return counts;
}

/** Waits while the file is slower; throws what broke it. */
async function put(to: Gzip, text: string): Promise<void> {
  if (to.destroyed) throw to.errored ?? new Error('the file was closed');
  if (to.write(`${text}\n`)) return;
  const met = new AbortController(); // takes back the listener for what did not happen
  const { signal } = met;
  const closed = once(to, 'close', { signal }).then(() => {
    throw to.errored ?? new Error('the file was closed');
  });
  try {
    await Promise.race([once(to, 'drain', { signal }), closed]);
  } finally {
    met.abort();
  }
}
