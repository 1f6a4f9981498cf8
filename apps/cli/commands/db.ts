import path from 'node:path';
import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import { writeBackup } from '#storage/backup.js';
import { databaseSize, vacuum } from '#storage/database-size.js';
import { restoreBackup } from '#storage/restore.js';
import type { Command, CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { withSystem, type Connected } from '../internal/connected.js';

const usage = `posewatch db size [--json]
posewatch db vacuum [--json]
posewatch db backup FILE [--json]
posewatch db restore FILE [--json]

  Works on the database of the system that runs on the data folder (--data DIR).
  size     what each table takes on disk
  vacuum   frees the room of deleted rows for new ones; everything goes on meanwhile
  backup   writes all rows of one moment to a compressed file; everything goes on meanwhile. Uploads, recordings and
           pictures are files of the data folder and not in it, nor is the key of camera passwords (secret.key there).
  restore  puts a backup into a new system: one without cameras, videos and tracks. Its accounts are replaced. All or nothing.`;

const flags = { json: { type: 'boolean', default: false }, data: { type: 'string' } } as const;

interface Request {
  readonly file: string | undefined;
  readonly io: CommandIo;
}

/** What a subcommand says, to a program and to a person. */
interface Outcome {
  readonly json: object;
  readonly lines: readonly string[];
}

const MIB = 1024 * 1024;
const mib = (bytes: number): string => `${(bytes / MIB).toFixed(1).padStart(9)} MiB`;

function fileOf({ file }: Request): string {
  if (file === undefined) throw new AppError('invalid-input', 'FILE is missing.');
  return path.resolve(file);
}

async function size({ database }: Connected): Promise<Outcome> {
  const sizes = await databaseSize(database);
  const lines = sizes.tables.map(({ name, bytes }) => `${mib(bytes)}  ${name}`);
  return { json: sizes, lines: [...lines, `${mib(sizes.bytes)}  all`] };
}

async function clean({ database }: Connected): Promise<Outcome> {
  const before = await databaseSize(database);
  await vacuum(database);
  const { bytes } = await databaseSize(database);
  const json = { bytesBefore: before.bytes, bytes };
  return { json, lines: [`${mib(before.bytes)} before, ${mib(bytes).trim()} now`] };
}

function told(file: string, tables: Readonly<Record<string, number>>): Outcome {
  const rows = Object.values(tables).reduce((sum, count) => sum + count, 0);
  return { json: { file, rows, tables }, lines: [`${rows} rows of ${Object.keys(tables).length} tables: ${file}`] };
}

const SHOWN_EVERY = 100_000;

/** Tells of every hundred thousand rows. */
function rowProgress(io: CommandIo): (rows: number, done: string) => void {
  let shown = 0;
  return (rows, done) => {
    if (rows < shown) shown = 0; // the next pass
    if (rows - shown < SHOWN_EVERY) return;
    shown = rows;
    io.progress(`${rows} rows ${done}`);
  };
}

async function backup({ database }: Connected, request: Request): Promise<Outcome> {
  const file = fileOf(request);
  const { signal } = request.io;
  const progress = rowProgress(request.io);
  const onRows = (rows: number): void => {
    progress(rows, 'written');
  };
  const { tables } = await writeBackup(database, file, { nowMs: systemClock.nowMs(), signal, onRows });
  return told(file, tables);
}

async function restore({ database }: Connected, request: Request): Promise<Outcome> {
  const file = fileOf(request);
  const progress = rowProgress(request.io);
  const { tables } = await restoreBackup(database, file, ({ rows, phase }) => {
    progress(rows, phase);
  });
  return told(file, tables);
}

type Action = (connected: Connected, request: Request) => Promise<Outcome>;

const actions: Readonly<Record<string, Action | undefined>> = { size, vacuum: clean, backup, restore };

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values, positionals } = parseFlags(args, flags, { atMost: 2 });
  const name = positionals.at(0) ?? '';
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (action === undefined)
    throw new AppError('invalid-input', `"db ${name}" is not known; use ${Object.keys(actions).join(', ')}.`);
  const request = { file: positionals.at(1), io };
  if (name === 'backup' || name === 'restore') fileOf(request);
  const { json, lines } = await withSystem(io, values.data, (connected) => action(connected, request));
  io.out(values.json ? JSON.stringify(json) : lines.join('\n'));
}

/** `posewatch db`: size, vacuum, backup and restore of the database. */
export const db: Command = { name: 'db', summary: 'size, vacuum, backup and restore of the database', usage, run };
