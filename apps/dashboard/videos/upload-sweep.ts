import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '#base/errors.js';

/**
 * Removes what uploads left behind when the process was killed: parts, and files whose video (the name up to the first dot) has
 * no row. Only files older than `minAgeMs` count, because younger ones may still be on their way. Returns the names removed.
 */
export async function sweepUploads(
  folder: string,
  options: {
    readonly nowMs: number;
    readonly minAgeMs: number;
    /** True when there is a video of that id. */
    readonly isKept: (id: string) => Promise<boolean>;
  },
): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await names(folder)) {
    const file = path.join(folder, name);
    const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: options.nowMs }));
    if (options.nowMs - mtimeMs < options.minAgeMs) continue;
    if (!name.endsWith('.part') && (await options.isKept(name.split('.', 1)[0]))) continue;
    await rm(file, { force: true });
    removed.push(name);
  }
  return removed;
}

async function names(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (problem) {
    if (errorCode(problem) === 'ENOENT') return [];
    throw problem;
  }
}
