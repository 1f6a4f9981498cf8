import { readdir, rm, rmdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '#base/errors.js';

/** A recorded file. */
export interface RecordedFile {
  readonly file: string;
  readonly bytes: number;
  readonly changedMs: number;
}

/** The files to remove, oldest first, so that the rest fits in `maxBytes`. */
export function filesToSweep(files: readonly RecordedFile[], maxBytes: number): readonly RecordedFile[] {
  let excess = files.reduce((sum, each) => sum + each.bytes, 0) - maxBytes;
  const oldestFirst = [...files].sort((a, b) => a.changedMs - b.changedMs);
  return oldestFirst.filter((each) => {
    if (excess <= 0) return false;
    excess -= each.bytes;
    return true;
  });
}

/** Keeps `{folder}/{cameraId}/{epoch}/*.mp4` within `maxBytes`; returns how many files went. Several processes may do so at once. */
export async function sweepRecordings(folder: string, maxBytes: number): Promise<number> {
  const names = await readdir(folder, { recursive: true }).catch((problem: unknown) => {
    if (errorCode(problem) === 'ENOENT') return [];
    throw problem;
  });
  const files: RecordedFile[] = [];
  for (const name of names.filter((each) => each.endsWith('.mp4'))) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => null);
    if (found !== null) files.push({ file, bytes: found.size, changedMs: found.mtimeMs });
  }
  const swept = filesToSweep(files, maxBytes);
  for (const { file } of swept) {
    await rm(file, { force: true });
    await rmdir(path.dirname(file)).catch(() => undefined); // only an empty folder goes
  }
  return swept.length;
}
