import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { AppError } from '#base/errors.js';
import { readJsonFile, writeJsonFile } from './json-file.js';
import type { Places } from './places.js';
import { isProcess, readPid } from './process-table.js';

const processState = z.object({
  name: z.string(),
  pid: z.number().int().nullable(),
  startedAtMs: z.number().nullable(),
  restarts: z.number().int(),
  lastExit: z.string().nullable(),
  /** Part of the process's arguments: tells it from a later process with the same id. */
  mark: z.string(),
});

const systemState = z.object({
  v: z.literal(1),
  supervisorPid: z.number().int(),
  startedAtMs: z.number(),
  /** Address of the page; null until it has answered. */
  url: z.string().nullable(),
  port: z.number().int(),
  data: z.string(),
  models: z.string(),
  /** Hold passwords: the file is for its owner only. */
  databaseUrl: z.string(),
  redisUrl: z.string(),
  processes: z.array(processState),
});

/** What runs on a data folder, as its supervisor wrote it. The processes' data are as of their last start or end. */
export type SystemState = z.infer<typeof systemState>;

/** Arguments of a supervisor hold this. */
const SUPERVISOR_MARK = 'apps/cli/';

/** The state of a data folder, or null when nothing was left there. The supervisor may be dead; see `supervisorRuns`. */
export function readState(places: Places): SystemState | null {
  return readJsonFile(places.stateFile, systemState);
}

export function writeState(places: Places, state: SystemState): void {
  writeJsonFile(places.stateFile, state);
}

/** Whether the supervisor that wrote the state is alive. */
export function supervisorRuns(state: SystemState): boolean {
  return isProcess(state.supervisorPid, SUPERVISOR_MARK);
}

/**
 * Claims a data folder for this process; a claim of a dead process is taken over.
 * @throws AppError `conflict` when a living supervisor holds it.
 */
export function claim(places: Places): void {
  const draft = `${places.lockFile}.${process.pid}`;
  writeFileSync(draft, `${process.pid}\n`, { mode: 0o600 });
  try {
    for (let attempt = 0; attempt < 3; attempt++) {
      if (linked(draft, places.lockFile)) return;
      const holder = readPid(places.lockFile);
      if (holder !== null && holder !== process.pid && isProcess(holder, SUPERVISOR_MARK)) {
        throw new AppError('conflict', `Posewatch already runs on ${places.data} (process ${holder}).`);
      }
      rmSync(places.lockFile, { force: true });
    }
    throw new AppError('conflict', `Another start of Posewatch on ${places.data} is under way.`);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Gives up a claim and forgets the state. */
export function release(places: Places): void {
  rmSync(places.stateFile, { force: true });
  rmSync(places.lockFile, { force: true });
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch {
    return false;
  }
}
