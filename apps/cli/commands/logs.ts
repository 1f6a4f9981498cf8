import { closeSync, existsSync, openSync, readSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError } from '#base/errors.js';
import type { Command, CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { chosenPlaces } from '../internal/places.js';

const SHOWN_LINES = 200;
const TAIL_BYTES = 256_000;
const POLL_MS = 300;

/** One log file and how much of it was printed. */
interface Followed {
  readonly name: string;
  readonly file: string;
  offset: number;
}

function chosen(folder: string, service: string | undefined): readonly Followed[] {
  const names = existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith('.log'))
        .map((name) => name.slice(0, -'.log'.length))
        .sort()
    : [];
  if (names.length === 0) throw new AppError('not-found', `There are no logs in ${folder}; was "posewatch up" run?`);
  if (service !== undefined && !names.includes(service)) {
    throw new AppError('invalid-input', `There is no log of "${service}"; there is ${names.join(', ')}.`);
  }
  return names
    .filter((name) => service === undefined || name === service)
    .map((name) => ({ name, file: path.join(folder, `${name}.log`), offset: 0 }));
}

function readFrom(file: string, offset: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, statSync(file).size - offset));
  const handle = openSync(file, 'r');
  try {
    return bytes.subarray(0, readSync(handle, bytes, 0, bytes.length, offset));
  } finally {
    closeSync(handle);
  }
}

/** The lines that were added since the last call; a file that got shorter was rotated and is read from its start. */
function newLines(log: Followed): readonly string[] {
  if (!existsSync(log.file)) return [];
  if (statSync(log.file).size < log.offset) log.offset = 0;
  const bytes = readFrom(log.file, log.offset);
  const end = bytes.lastIndexOf(0x0a) + 1;
  log.offset += end;
  return end === 0
    ? []
    : bytes
        .subarray(0, end - 1)
        .toString()
        .split('\n');
}

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const options = { data: { type: 'string' }, follow: { type: 'boolean', short: 'f', default: false } } as const;
  const { values, positionals } = parseFlags(args, options, { atMost: 1 });
  const places = chosenPlaces(io.environment, values.data);
  const logs = chosen(places.logs, positionals[0]);
  const print = (log: Followed, lines: readonly string[]): void => {
    for (const line of lines) io.out(logs.length === 1 ? line : `${log.name.padEnd(10)} ${line}`);
  };
  for (const log of logs) {
    log.offset = Math.max(0, statSync(log.file).size - TAIL_BYTES);
    const cut = log.offset > 0 ? 1 : 0; // the first line may be half a line
    print(log, newLines(log).slice(cut).slice(-SHOWN_LINES));
  }
  while (values.follow && !io.signal.aborted) {
    await sleep(POLL_MS);
    for (const log of logs) print(log, newLines(log));
  }
}

export const logs: Command = {
  name: 'logs',
  summary: 'print the newest log lines of all services or of one',
  usage: 'posewatch logs [SERVICE] [-f|--follow] [--data DIR]',
  run,
};
