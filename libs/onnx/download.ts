import { open, rename, rm, readFile, writeFile } from 'node:fs/promises';
import type { Response } from 'undici';
import { AppError, asAppError } from '#base/errors.js';
import { fileProblem } from './file-problem.js';
import type { HttpClient } from './http-client.js';
import { checkFile, digestOf, sizeOf, type Digest, type KnownDigest } from './verified-file.js';

/** One file to fetch. */
export interface DownloadOptions {
  readonly url: string;
  readonly file: string;
  /** Null fields: what the server gives is taken. */
  readonly wanted: KnownDigest;
  readonly http: HttpClient;
  /** Longest wait for the first answer and between two pieces, milliseconds. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  /** Called with the bytes there are now and how many there will be; null: the server does not say. */
  readonly onProgress: (bytes: number, total: number | null) => void;
}

/** Larger than any model: what claims to be larger is something else. */
const MOST_BYTES = 2e9;
const RANGE_REFUSED = 416;
const PARTIAL = 206;

/**
 * Fetches a file over HTTP; what an earlier attempt left in `FILE.part` is kept and only the rest is asked for. The file
 * appears under its name when it is whole and its digest is right.
 * @returns what it is.
 * @throws AppError `unavailable` when the place cannot be reached or breaks off (the part stays) or the file cannot be written (it
 * does not), `data-loss` when the digest is wrong (the part is removed), `cancelled` when the signal aborts.
 */
export async function download(options: DownloadOptions): Promise<Digest> {
  const part = `${options.file}.part`;
  try {
    await fetchRest(options, part);
    await checkPart(options, part);
    const digest = { bytes: (await sizeOf(part)) ?? 0, sha256: await digestOf(part, 'sha256', 'hex') };
    await rename(part, options.file);
    await rm(versionFile(part), { force: true });
    return digest;
  } catch (thrown) {
    const local = fileProblem(thrown, options.file);
    if (local !== null) {
      await forget(part);
      throw local;
    }
    if (options.signal.aborted) throw new AppError('cancelled', `Download of ${options.url} was stopped`);
    if (thrown instanceof AppError && thrown.kind === 'data-loss') await forget(part);
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('unavailable', `${options.url}: ${reason(thrown)}`, { cause: thrown });
  }
}

function reason(thrown: unknown): string {
  const problem = asAppError(thrown);
  const cause = problem.cause instanceof Error ? (problem.cause.cause ?? problem.cause) : problem.cause;
  return cause instanceof Error ? cause.message : problem.message;
}

async function checkPart({ url, wanted }: DownloadOptions, part: string): Promise<void> {
  if ((await checkFile(part, wanted)) === 'right') return;
  throw new AppError('data-loss', `${url} is not the expected file (sha256 ${wanted.sha256 ?? 'unknown'})`);
}

/** Which version of the file the part is of, in the server's words. */
function versionFile(part: string): string {
  return `${part}.version`;
}

async function forget(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(versionFile(part), { force: true });
}

/** A part can be gone on from where its version is known, or the digest of the whole will show a mix of two versions. */
async function readPart(part: string, wanted: KnownDigest): Promise<{ bytes: number; version: string | null }> {
  const version = await readFile(versionFile(part), 'utf8').catch(() => null);
  const bytes = (await sizeOf(part)) ?? 0;
  return version === null && wanted.sha256 === null ? { bytes: 0, version } : { bytes, version };
}

async function fetchRest(options: DownloadOptions, part: string): Promise<void> {
  const have = await readPart(part, options.wanted);
  if (options.wanted.bytes !== null && have.bytes >= options.wanted.bytes) return;
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort(new Error(`no answer for ${options.silenceMs} ms`));
  }, options.silenceMs);
  const headers: Record<string, string> = have.bytes > 0 ? { range: `bytes=${have.bytes}-` } : {};
  if (have.bytes > 0 && have.version !== null) headers['if-range'] = have.version;
  try {
    const answer = await options.http.get(options.url, headers, AbortSignal.any([options.signal, silence.signal]));
    if (!answer.ok || answer.body === null) await refuse(answer, options.url, part);
    const kept = answer.status === PARTIAL ? have.bytes : 0;
    await writePieces(answer, { part, kept, options, onPiece: () => timer.refresh() });
  } finally {
    clearTimeout(timer);
  }
}

async function refuse(answer: Response, url: string, part: string): Promise<never> {
  await answer.body?.cancel();
  if (answer.status === RANGE_REFUSED) await forget(part); // the file is shorter now
  throw new AppError('unavailable', `${url} answers ${answer.status}`);
}

async function rememberVersion({ headers }: Response, part: string): Promise<void> {
  const tag = headers.get('etag');
  const version = tag?.startsWith('"') === true ? tag : headers.get('last-modified');
  if (version === null) await rm(versionFile(part), { force: true });
  else await writeFile(versionFile(part), version);
}

interface Pieces {
  readonly part: string;
  /** Bytes of the part that stay; the rest of it is overwritten. */
  readonly kept: number;
  readonly options: DownloadOptions;
  readonly onPiece: () => void;
}

/** Bytes of the whole file as far as the answer says; null where it does not. */
function announced({ headers }: Response, kept: number): number | null {
  const length = headers.get('content-length');
  return length === null || headers.get('content-encoding') !== null ? null : kept + Number(length);
}

async function writePieces(answer: Response, to: Pieces): Promise<void> {
  const { wanted, onProgress, url } = to.options;
  const total = wanted.bytes ?? announced(answer, to.kept);
  const most = wanted.bytes ?? Math.min(total ?? MOST_BYTES, MOST_BYTES);
  const handle = await open(to.part, to.kept > 0 ? 'r+' : 'w');
  let bytes = to.kept;
  try {
    await rememberVersion(answer, to.part);
    for await (const piece of piecesOf(answer)) {
      if (bytes + piece.byteLength > most)
        throw new AppError('data-loss', `${url} is longer than the ${most} bytes expected`);
      await writeAll(handle, piece, bytes);
      bytes += piece.byteLength;
      to.onPiece();
      onProgress(bytes, total);
    }
    if (total !== null && bytes < total) throw new AppError('unavailable', `${url} broke off after ${bytes} bytes`);
  } finally {
    await handle.close();
  }
}

/** A write to a disk that has become full may be a short one; only the next one fails. */
async function writeAll(handle: Awaited<ReturnType<typeof open>>, piece: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < piece.byteLength;) {
    const { bytesWritten } = await handle.write(piece, done, piece.byteLength - done, position + done);
    done += bytesWritten;
  }
}

async function* piecesOf({ body }: Response): AsyncIterable<Uint8Array> {
  if (body === null) return;
  for await (const piece of body) yield piece;
}
