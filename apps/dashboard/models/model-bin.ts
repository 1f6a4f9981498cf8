import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '#base/errors.js';

/** Where the files of removed models wait in the models folder, in case they are wanted back. */
const BIN = '.removed';

/** Moves files of the models folder into its bin; names that are not there are skipped. Returns how many were moved. */
export async function throwAway(modelsDir: string, names: readonly string[]): Promise<number> {
  await mkdir(path.join(modelsDir, BIN), { recursive: true });
  return moved(names, { from: modelsDir, to: path.join(modelsDir, BIN) });
}

/** Moves files back out of the bin, never over others. Returns how many were moved. */
export async function takeBack(modelsDir: string, names: readonly string[]): Promise<number> {
  const present = new Set(await namesIn(modelsDir));
  const wanted = names.filter((name) => !present.has(name));
  return moved(wanted, { from: path.join(modelsDir, BIN), to: modelsDir });
}

/** Names in the bin. */
export function thrownAway(modelsDir: string): Promise<string[]> {
  return namesIn(path.join(modelsDir, BIN));
}

/** Deletes for good what was thrown away before `beforeMs` (wall clock). Returns the names. */
export async function emptyBin(modelsDir: string, beforeMs: number): Promise<string[]> {
  const gone: string[] = [];
  for (const name of await thrownAway(modelsDir)) {
    const file = path.join(modelsDir, BIN, name);
    // A rename sets the time of the change of the entry, not that of the content.
    const { ctimeMs } = await stat(file);
    if (ctimeMs >= beforeMs) continue;
    await rm(file);
    gone.push(name);
  }
  return gone;
}

async function moved(names: readonly string[], way: { readonly from: string; readonly to: string }): Promise<number> {
  let count = 0;
  for (const name of names) {
    try {
      await rename(path.join(way.from, name), path.join(way.to, name));
      count++;
    } catch (problem) {
      if (errorCode(problem) !== 'ENOENT') throw problem;
    }
  }
  return count;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (problem) {
    if (errorCode(problem) === 'ENOENT') return [];
    throw problem;
  }
}
