import { existsSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#base/errors.js';

const packageFile = z.object({ name: z.string() });

function isPosewatch(folder: string): boolean {
  const file = path.join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const parsed = packageFile.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  return parsed.success && parsed.data.name === 'posewatch';
}

/**
 * The folder that Posewatch is installed in: the nearest one above the running program that holds its package.json.
 * @throws AppError `internal` when the program runs from somewhere else.
 */
export function installRoot(program: string = process.argv[1] ?? process.cwd()): string {
  for (let folder = path.dirname(realpathSync(program)); ; folder = path.dirname(folder)) {
    if (isPosewatch(folder)) return folder;
    if (folder === path.dirname(folder)) throw new AppError('internal', `${program} is not inside a Posewatch folder.`);
  }
}

/** A file of the build, for example `apps/ingest/main.js`. */
export function builtFile(name: string): string {
  return path.join(installRoot(), 'dist', name);
}
