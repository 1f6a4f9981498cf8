/** Puts a backup (see backup.ts) into an empty database: the whole file is checked first, then everything is stored or nothing. */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { z } from 'zod';
import { AppError, asAppError } from '#base/errors.js';
import { BACKUP_FORMAT, BACKUP_VERSION, type BackupSummary } from './backup.js';
import type { Database, Transaction } from './database.js';
import { stored } from './storage-errors.js';
import { quoted, tablesInOrder, type TableShape } from './table-order.js';

const ROWS_AT_ONCE = 1000;
const LONGEST_MS = 12 * 3_600_000;
/** Made by the first start of a system; they give way to the accounts of the backup. */
const accounts = ['User', 'Session'];

const head = z.object({ format: z.literal(BACKUP_FORMAT), version: z.literal(BACKUP_VERSION) });
const start = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });
const end = z.object({ end: z.string(), rows: z.int().min(0), sha256: z.string() });
const last = z.object({ complete: z.int() });

/** How far a restore is: first all rows are checked, then all are stored. */
export interface RestoreProgress {
  readonly phase: 'checked' | 'stored';
  readonly rows: number;
}

interface Rows {
  readonly table: TableShape;
  readonly lines: readonly string[];
}

/**
 * Restores a backup into a database that holds no more than accounts, which are replaced.
 * @throws AppError `data-loss` when the file is damaged, incomplete or no backup; `conflict` when the database is not empty or lacks a
 * table or column of the backup; `unavailable`. Nothing has changed then.
 */
export async function restoreBackup(
  database: Database,
  file: string,
  onRows: (progress: RestoreProgress) => void = () => undefined,
): Promise<BackupSummary> {
  await checkBackup(file, onRows); // every line and digest, before anything is touched
  return stored(() =>
    database.$transaction(
      async (tx) => {
        const known = await tablesInOrder(tx);
        await makeEmpty(tx, known);
        const tables: Record<string, number> = {};
        let all = 0;
        for await (const { table, lines } of rowsOf(file)) {
          checkKnown(table, known);
          tables[table.name] = (tables[table.name] ?? 0) + lines.length;
          if (lines.length > 0) await insert(tx, table, lines);
          onRows({ phase: 'stored', rows: (all += lines.length) });
        }
        return { tables };
      },
      { timeout: LONGEST_MS },
    ),
  );
}

async function checkBackup(file: string, onRows: (progress: RestoreProgress) => void): Promise<void> {
  let all = 0;
  for await (const { lines } of rowsOf(file)) onRows({ phase: 'checked', rows: (all += lines.length) });
}

async function makeEmpty(tx: Transaction, tables: readonly TableShape[]): Promise<void> {
  for (const { name } of tables) {
    if (accounts.includes(name)) continue;
    const [{ some }] = await tx.$queryRawUnsafe<[{ some: boolean }]>(
      `SELECT EXISTS (SELECT 1 FROM ${quoted(name)}) AS some`,
    );
    if (some)
      throw new AppError(
        'conflict',
        `The database is not empty: there are rows in ${name}. Restore into a new data folder.`,
      );
  }
  for (const name of accounts.toReversed()) await tx.$executeRawUnsafe(`DELETE FROM ${quoted(name)}`);
}

function checkKnown({ name, columns }: TableShape, known: readonly TableShape[]): void {
  const table = known.find((each) => each.name === name);
  const missing = table === undefined ? name : columns.find((column) => !table.columns.includes(column));
  if (missing !== undefined)
    throw new AppError('conflict', `The backup is of a newer version: this database knows no ${name}.${missing}.`);
}

/** Columns that the backup lacks, being of an older version, get their defaults. */
async function insert(tx: Transaction, { name, columns }: TableShape, lines: readonly string[]): Promise<void> {
  const list = columns.map(quoted).join(', ');
  const statement = `INSERT INTO ${quoted(name)} (${list}) SELECT ${list} FROM json_populate_recordset(NULL::${quoted(name)}, $1::text::json)`;
  await tx.$executeRawUnsafe(statement, `[${lines.join(',')}]`);
}

/** The rows of a backup, some at a time, in order. @throws AppError `data-loss`. */
async function* rowsOf(file: string): AsyncGenerator<Rows> {
  const reader = new BackupReader(file);
  try {
    for await (const line of linesOf(file)) {
      const rows = reader.take(line);
      if (rows !== null) yield rows;
    }
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('data-loss', `${file} cannot be read: ${asAppError(thrown).message}`, { cause: thrown });
  }
  reader.finish();
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const unpacked = createGunzip().setEncoding('utf8');
  const reading = pipeline(createReadStream(file), unpacked);
  reading.catch(() => undefined); // met by whoever reads `unpacked`
  let rest = '';
  for await (const piece of unpacked as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

/** Takes a backup line by line and checks it on the way. */
class BackupReader {
  private hasHead = false;
  private table: TableShape | null = null;
  private digest: Hash = createHash('sha256');
  private count = 0;
  private waiting: string[] = [];
  private tables = 0;
  private isComplete = false;

  constructor(private readonly file: string) {}

  /** Rows that are ready, or null. */
  take(line: string): Rows | null {
    if (this.isComplete) throw this.damaged('goes on after its end');
    if (!this.hasHead) {
      if (!head.safeParse(this.json(line)).success) throw this.damaged(`is no backup of version ${BACKUP_VERSION}`);
      this.hasHead = true;
      return null;
    }
    return this.table === null ? this.between(line) : this.within(line, this.table);
  }

  finish(): void {
    if (!this.isComplete) throw this.damaged('is cut off');
  }

  private between(line: string): null {
    const value = this.json(line);
    const opened = start.safeParse(value);
    const closed = last.safeParse(value);
    if (opened.success) {
      this.table = { name: opened.data.table, columns: opened.data.columns };
      this.digest = createHash('sha256');
      this.count = 0;
    } else if (closed.success && closed.data.complete === this.tables) this.isComplete = true;
    else throw this.damaged('has a line that does not belong there');
    return null;
  }

  private within(line: string, table: TableShape): Rows | null {
    const closed = line.startsWith('{"end":') ? end.safeParse(this.json(line)) : null;
    if (closed?.success !== true) {
      this.digest.update(`${line}\n`);
      this.count++;
      this.waiting.push(line);
      return this.waiting.length < ROWS_AT_ONCE ? null : this.rows(table);
    }
    const { end: name, rows, sha256 } = closed.data;
    if (name !== table.name || rows !== this.count || sha256 !== this.digest.digest('hex'))
      throw this.damaged(`is damaged in table ${table.name}`);
    this.table = null;
    this.tables++;
    return this.rows(table);
  }

  private rows(table: TableShape): Rows {
    const lines = this.waiting;
    this.waiting = [];
    return { table, lines };
  }

  private json(line: string): unknown {
    try {
      return JSON.parse(line);
    } catch (cause) {
      throw new AppError('data-loss', `${this.file} is damaged: a line is no JSON.`, { cause });
    }
  }

  private damaged(how: string): AppError {
    return new AppError('data-loss', `${this.file} ${how}; nothing was restored.`);
  }
}
