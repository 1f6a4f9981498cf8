import { open, rename, rm } from 'node:fs/promises';
import { AppError, asAppError } from '#base/errors.js';
import { checkFile, sizeOf, type Digest } from './verified-file.js';

/** One file to fetch. */
export interface DownloadOptions {
  readonly url: string;
  readonly file: string;
  readonly wanted: Digest;
  /** Longest wait for the first answer and between two pieces, milliseconds. */
  readonly silenceMs: number;
  readonly signal: AbortSignal;
  /** Called with the bytes there are now, out of `wanted.bytes`. */
  readonly onProgress: (bytes: number) => void;
}

/**
 * Fetches a file over HTTP; what an earlier attempt left in `FILE.part` is kept and only the rest is asked for. The file
 * appears under its name when it is whole and its digest is right.
 * @throws AppError `unavailable` when the place cannot be reached or breaks off (the part stays), `data-loss` when the digest is
 * wrong (the part is removed), `cancelled` when the signal aborts.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const part = `${options.file}.part`;
  try {
    await fetchRest(options, part);
  } catch (thrown) {
    if (options.signal.aborted) throw new AppError('cancelled', `Download of ${options.url} was stopped`);
    if (thrown instanceof AppError) throw thrown;
    throw new AppError('unavailable', `${options.url}: ${reason(thrown)}`, { cause: thrown });
  }
  const state = await checkFile(part, options.wanted);
  if (state !== 'right') {
    await rm(part, { force: true });
    throw new AppError('data-loss', `${options.url} is not the expected file (sha256 ${options.wanted.sha256})`);
  }
  await rename(part, options.file);
}

function reason(thrown: unknown): string {
  const problem = asAppError(thrown);
  const cause = problem.cause instanceof Error ? (problem.cause.cause ?? problem.cause) : problem.cause;
  return cause instanceof Error ? cause.message : problem.message;
}

async function fetchRest(options: DownloadOptions, part: string): Promise<void> {
  const have = (await sizeOf(part)) ?? 0;
  if (have >= options.wanted.bytes) return;
  const silence = new AbortController();
  const timer = setTimeout(() => {
    silence.abort(new Error(`no answer for ${options.silenceMs} ms`));
  }, options.silenceMs);
  try {
    const answer = await fetch(options.url, {
      headers: have > 0 ? { range: `bytes=${have}-` } : {},
      signal: AbortSignal.any([options.signal, silence.signal]),
    });
    if (!answer.ok || answer.body === null) {
      await answer.body?.cancel();
      throw new AppError('unavailable', `${options.url} answers ${answer.status}`);
    }
    const kept = answer.status === 206 ? have : 0;
    await writePieces(answer.body, { part, kept, options, onPiece: () => timer.refresh() });
  } finally {
    clearTimeout(timer);
  }
}

interface Pieces {
  readonly part: string;
  /** Bytes of the part that stay; the rest of it is overwritten. */
  readonly kept: number;
  readonly options: DownloadOptions;
  readonly onPiece: () => void;
}

async function writePieces(body: AsyncIterable<Uint8Array>, to: Pieces): Promise<void> {
  const { wanted, onProgress, url } = to.options;
  const handle = await open(to.part, to.kept > 0 ? 'r+' : 'w');
  let bytes = to.kept;
  try {
    for await (const piece of body) {
      if (bytes + piece.byteLength > wanted.bytes)
        throw new AppError('data-loss', `${url} is longer than the ${wanted.bytes} bytes expected`);
      await handle.write(piece, 0, piece.byteLength, bytes);
      bytes += piece.byteLength;
      to.onPiece();
      onProgress(bytes);
    }
    if (bytes < wanted.bytes) throw new AppError('unavailable', `${url} broke off after ${bytes} bytes`);
  } finally {
    await handle.close();
  }
}
