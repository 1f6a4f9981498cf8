import path from 'node:path';
import type { Response } from 'express';
import { AppError, errorCode } from '#base/errors.js';

/** A file of the data folder. `file`: absolute or relative to `dataDir`; it comes from the database, never from a request. */
export interface StoredFile {
  readonly dataDir: string;
  readonly file: string;
  readonly mediaType: string;
}

/** The path of a stored file inside the data folder. @throws AppError `not-found` for one that lies elsewhere. */
export function insideDataDir({ dataDir, file }: Pick<StoredFile, 'dataDir' | 'file'>): string {
  const inside = path.relative(dataDir, path.resolve(dataDir, file));
  if (inside === '' || inside.startsWith('..') || path.isAbsolute(inside)) {
    throw new AppError('not-found', 'The file does not lie in the data folder and is not served.');
  }
  return inside;
}

/** Sends a stored file; answers range requests. @throws AppError `not-found` when it is gone. */
export async function sendStoredFile(response: Response, stored: StoredFile): Promise<void> {
  const file = insideDataDir(stored);
  const headers = { 'content-type': stored.mediaType, 'cache-control': 'private, no-cache' };
  await new Promise<void>((resolve, reject) => {
    response.sendFile(file, { root: stored.dataDir, dotfiles: 'allow', cacheControl: false, headers }, (problem) => {
      // The callback gets nothing when all went well, whatever its type says.
      const failure: Error | undefined = problem;
      if (failure === undefined || hasLeft(failure, response)) resolve();
      else reject(asProblem(failure));
    });
  });
}

/** A browser that seeks drops the connection: nothing is wrong then. */
function hasLeft(problem: Error, response: Response): boolean {
  const code = errorCode(problem);
  return code === 'ECONNABORTED' || code === 'EPIPE' || code === 'ECONNRESET' || response.destroyed;
}

function asProblem(problem: Error): Error {
  if (errorCode(problem) !== 'ENOENT') return problem;
  return new AppError('not-found', 'The file is no longer there.', { cause: problem });
}
