import { readdir, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '#base/errors.js';

/** Bytes of all files in a folder and below; 0 where there is none. Files that vanish meanwhile do not count. */
export async function folderBytes(folder: string): Promise<number> {
  let bytes = 0;
  for (const entry of await entriesOf(folder)) {
    const inside = path.join(folder, entry.name);
    if (entry.isDirectory()) bytes += await folderBytes(inside);
    else if (entry.isFile()) bytes += await stat(inside).then(({ size }) => size, gone);
  }
  return bytes;
}

/** Size and free bytes of the disk that a folder is on. */
export async function diskOf(folder: string): Promise<{ readonly bytes: number; readonly freeBytes: number }> {
  const { blocks, bavail, bsize } = await statfs(folder);
  return { bytes: blocks * bsize, freeBytes: bavail * bsize };
}

async function entriesOf(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (problem) {
    if (errorCode(problem) === 'ENOENT') return [];
    throw problem;
  }
}

function gone(problem: unknown): number {
  if (errorCode(problem) === 'ENOENT') return 0;
  throw problem;
}
