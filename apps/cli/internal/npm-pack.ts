import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '#base/errors.js';

const run = promisify(execFile);

/**
 * Fetches the tarball of an npm package into `folder` with the npm client, as the user has set it up, and resolves with its path.
 * @throws AppError `unavailable` with npm's own words, `cancelled` when the signal aborts.
 */
export async function packTarball(spec: string, folder: string, signal: AbortSignal): Promise<string> {
  try {
    const args = ['pack', spec, '--ignore-scripts', '--silent', '--pack-destination', folder];
    await run('npm', args, { cwd: folder, signal });
  } catch (cause) {
    if (signal.aborted) throw new AppError('cancelled', `npm pack ${spec} was stopped`, { cause });
    const words = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim().split('\n').at(-1) : '';
    throw new AppError('unavailable', `npm pack ${spec} failed. ${words ?? ''}`.trim(), { cause });
  }
  const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new AppError('unavailable', `npm pack ${spec} left no tarball`);
  return path.join(folder, tarball);
}
