import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';

/** What a file must be. */
export interface Digest {
  readonly bytes: number;
  readonly sha256: string;
}

/** Digest of a whole file, streamed; `encoding` as Node names it. */
export async function digestOf(
  file: string,
  algorithm: 'sha256' | 'sha512',
  encoding: 'hex' | 'base64',
): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest(encoding);
}

/** Size of a file in bytes; null where there is none. */
export async function sizeOf(file: string): Promise<number | null> {
  try {
    return (await stat(file)).size;
  } catch {
    return null;
  }
}

/** A digest as far as it is known; null: whatever it is. */
export interface KnownDigest {
  readonly bytes: number | null;
  readonly sha256: string | null;
}

/** How a file compares with what it must be. */
export type FileState = 'missing' | 'damaged' | 'right';

/** Compares size first, so that only a file of the right size is read. */
export async function checkFile(file: string, wanted: KnownDigest): Promise<FileState> {
  const bytes = await sizeOf(file);
  if (bytes === null) return 'missing';
  if (wanted.bytes !== null && bytes !== wanted.bytes) return 'damaged';
  if (wanted.sha256 === null) return 'right';
  return (await digestOf(file, 'sha256', 'hex')) === wanted.sha256 ? 'right' : 'damaged';
}

/** Writes a file so that a reader sees all of it or none, whenever the machine stops. */
export async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  try {
    await writeFile(part, bytes, { flush: true });
    await rename(part, file);
  } finally {
    await rm(part, { force: true });
  }
}
