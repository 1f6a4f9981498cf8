import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { AppError, errorCode } from '#base/errors.js';
import { writeWhole, type Digest } from './verified-file.js';

/**
 * What a model was when it was pulled for the first time, for origins that publish no digest: `<id>.digest.json` in the models
 * folder. It stays when the model is removed, so that a file that changed at its origin is noticed however much later.
 */
const recorded = z.strictObject({ bytes: z.int().positive(), sha256: z.string().length(64), from: z.string() });

/** Path of the record of one model. */
export function recordPath(modelsDir: string, id: string): string {
  return path.join(modelsDir, `${id}.digest.json`);
}

/** The digest of the first pull, or null before it. @throws AppError `data-loss` for a record that cannot be read. */
export async function recordedDigest(modelsDir: string, id: string): Promise<Digest | null> {
  const file = recordPath(modelsDir, id);
  try {
    const { bytes, sha256 } = recorded.parse(JSON.parse(await readFile(file, 'utf8')));
    return { bytes, sha256 };
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return null;
    throw new AppError('data-loss', `${file} is damaged; remove it to trust the next download of ${id}.`, { cause });
  }
}

/** Writes the record; `from` says where the file came from. */
export async function recordDigest(file: string, digest: Digest, from: string): Promise<void> {
  await writeWhole(file, Buffer.from(`${JSON.stringify({ ...digest, from }, null, 2)}\n`));
}
