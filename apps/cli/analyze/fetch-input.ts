import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, asAppError } from '#base/errors.js';
import { inputName } from '#media/input-name.js';

/** A file to analyse: where it lies now and what a person calls it. */
export interface LocalInput {
  readonly file: string;
  readonly name: string;
}

async function fetched(url: string, folder: string, signal: AbortSignal): Promise<LocalInput> {
  const shown = inputName(url);
  const name = path.posix.basename(new URL(url).pathname) || 'video';
  const file = path.join(folder, 'input');
  await mkdir(folder, { recursive: true });
  try {
    const answer = await fetch(url, { signal });
    if (!answer.ok || answer.body === null) throw new AppError('unavailable', `the server answers ${answer.status}`);
    await pipeline(Readable.fromWeb(answer.body), createWriteStream(file), { signal });
  } catch (problem) {
    await rm(file, { force: true });
    if (signal.aborted) throw new AppError('cancelled', `Stopped while fetching ${shown}.`, { cause: problem });
    const cause = problem instanceof Error && problem.cause instanceof Error ? problem.cause : problem;
    throw new AppError('unavailable', `${shown} cannot be fetched: ${asAppError(cause).message}`, { cause: problem });
  }
  return { file, name };
}

/** The input as a local file; an address is fetched into `folder` first. */
export async function localInput(input: string, folder: string, signal: AbortSignal): Promise<LocalInput> {
  if (/^https?:\/\//i.test(input)) return fetched(input, folder, signal);
  return { file: input, name: path.basename(input) };
}
