import { mkdir, open, rm, stat, utimes } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, errorCode } from '#base/errors.js';
import { systemClock } from '#base/clock.js';

/** How waiting for a lock behaves. */
export interface LockOptions {
  readonly signal: AbortSignal;
  /** Called once when somebody else has it. */
  readonly onWait: () => void;
  /** A lock that was not renewed for so long is one of a process that ended; milliseconds, default 15,000. */
  readonly staleMs?: number;
}

const STALE_MS = 15_000;
const POLL_MS = 200;

/**
 * Does `work` while no other process or container does: all that share the folder. Whoever has the lock renews the file's time, so
 * that one of a process that was killed is taken over.
 * @throws AppError `cancelled` when the signal aborts while waiting; else what `work` throws.
 */
export async function withLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { staleMs = STALE_MS } = options;
  await mkdir(path.dirname(file), { recursive: true });
  await take(file, { ...options, staleMs });
  const renewal = setInterval(() => {
    const now = systemClock.nowMs() / 1000;
    utimes(file, now, now).catch(() => undefined); // it is made again by whoever wants it
  }, staleMs / 5);
  try {
    return await work();
  } finally {
    clearInterval(renewal);
    await rm(file, { force: true });
  }
}

async function take(file: string, { signal, onWait, staleMs }: Required<LockOptions>): Promise<void> {
  for (let waits = 0; ; waits++) {
    try {
      await (await open(file, 'wx')).close();
      return;
    } catch (thrown) {
      if (errorCode(thrown) !== 'EEXIST') throw thrown;
    }
    if (await isStale(file, staleMs)) {
      await rm(file, { force: true });
      continue;
    }
    if (waits === 0) onWait();
    await sleep(POLL_MS, undefined, { signal }).catch(() => {
      throw new AppError('cancelled', `Stopped while another process held ${file}`);
    });
  }
}

async function isStale(file: string, staleMs: number): Promise<boolean> {
  try {
    return systemClock.nowMs() - (await stat(file)).mtimeMs > staleMs;
  } catch {
    return false; // gone: tried again
  }
}
