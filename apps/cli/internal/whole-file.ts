import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, asAppError } from '#base/errors.js';

/** Writes a file that is there as a whole or not at all: beside its place first. @throws AppError `unavailable` when it cannot be written. */
export async function writeWhole(
  file: string,
  pieces: AsyncIterable<string | Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const target = path.resolve(file);
  const part = `${target}.${randomUUID().slice(0, 8)}.part`;
  try {
    await pipeline(Readable.from(pieces, { objectMode: true }), createWriteStream(part), { signal });
    await rename(part, target);
  } catch (thrown) {
    await rm(part, { force: true });
    if (thrown instanceof AppError) throw thrown;
    if (signal.aborted) throw new AppError('cancelled', `${file} was not written.`, { cause: thrown });
    throw new AppError('unavailable', `${file} cannot be written: ${asAppError(thrown).message}`, { cause: thrown });
  }
}
