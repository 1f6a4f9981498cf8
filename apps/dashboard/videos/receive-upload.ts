import { mkdir, open, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { AppError, errorCode } from '#base/errors.js';
import { HttpProblem } from '../api/http-problem.js';

/** Room that is left on the disk for the database and recordings, bytes. */
const SPARE_BYTES = 256 * 1024 * 1024;

/** Where an upload goes: `{folder}/{id}.part` while it arrives, `{folder}/{id}{extension}` once it is whole. */
export interface UploadTarget {
  readonly folder: string;
  readonly id: string;
  readonly extension: string;
  readonly maxBytes: number;
  /** The setting that says so. */
  readonly limit: 'POSEWATCH_MAX_UPLOAD_BYTES' | 'POSEWATCH_IMPORT_MAX_BYTES';
  /** `content-length` of the request; null when it does not say. */
  readonly announcedBytes: number | null;
  readonly onBytes: (count: number) => void;
}

/**
 * Streams a body to disk and makes sure it is there: after this returns, the file survives a power cut. What breaks off or is
 * too large leaves nothing.
 * @throws HttpProblem 413 too large, 507 disk full; AppError `invalid-input` for an empty body, `cancelled` when it broke off.
 */
export async function receiveUpload(body: Readable, target: UploadTarget): Promise<{ file: string; bytes: number }> {
  const { folder, id, maxBytes, announcedBytes } = target;
  if (announcedBytes !== null && announcedBytes > maxBytes) throw tooLarge(announcedBytes, target);
  await mkdir(folder, { recursive: true });
  await refuseFullDisk(folder, announcedBytes ?? 0);
  const part = path.join(folder, `${id}.part`);
  const file = path.join(folder, `${id}${target.extension}`);
  try {
    const bytes = await writeAll(body, part, target);
    if (bytes === 0) throw new AppError('invalid-input', 'The uploaded file is empty (0 bytes).');
    if (announcedBytes !== null && bytes !== announcedBytes) throw brokeOff(bytes, announcedBytes);
    await rename(part, file);
    await syncFolder(folder);
    return { file, bytes };
  } catch (thrown) {
    await rm(part, { force: true });
    throw problemOf(thrown);
  }
}

async function writeAll(body: Readable, part: string, target: UploadTarget): Promise<number> {
  const handle = await open(part, 'wx', 0o640);
  let bytes = 0;
  try {
    // The body stays open when this stops early: the refusal still has to reach whoever is sending it.
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      target.onBytes(chunk.length);
      if (bytes > target.maxBytes) throw tooLarge(bytes, target);
      await writeWhole(handle, chunk);
    }
    await handle.sync();
    return bytes;
  } finally {
    await handle.close();
  }
}

async function writeWhole(handle: FileHandle, chunk: Buffer): Promise<void> {
  for (let at = 0; at < chunk.length;) at += (await handle.write(chunk, at)).bytesWritten;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function refuseFullDisk(folder: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free < needed + SPARE_BYTES) throw diskFull(free);
}

function tooLarge(bytes: number, { maxBytes, limit }: UploadTarget): HttpProblem {
  return new HttpProblem(413, {
    kind: 'invalid-input',
    message: `The file is too large: ${bytes} bytes; the limit is ${maxBytes} bytes (${limit}).`,
    details: { bytes, maxBytes },
  });
}

function diskFull(freeBytes: number): HttpProblem {
  return new HttpProblem(507, {
    kind: 'unavailable',
    message: 'The disk of the server is nearly full. Delete old videos or recordings.',
    details: { freeBytes },
  });
}

function brokeOff(bytes: number, announcedBytes: number): AppError {
  return new AppError('cancelled', `The upload broke off after ${bytes} of ${announcedBytes} bytes. Start it again.`);
}

function problemOf(thrown: unknown): unknown {
  const code = errorCode(thrown);
  if (code === 'ENOSPC') return diskFull(0);
  if (code === 'ECONNRESET' || code === 'ECONNABORTED' || code === 'ERR_STREAM_PREMATURE_CLOSE') {
    return new AppError('cancelled', 'The upload broke off. Start it again.', { cause: thrown });
  }
  return thrown;
}
