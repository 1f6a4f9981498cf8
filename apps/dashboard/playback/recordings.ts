import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError, errorCode } from '#base/errors.js';
import { FragmentSplitter } from '#media/fragments.js';

/** A recorded file and the media time it covers, microseconds. */
export interface Recording {
  readonly file: string;
  readonly startPtsUs: number;
  readonly endPtsUs: number;
}

/** Finds the recorded file of an epoch that holds a moment: `{folder}/{startPtsUs}.mp4`. Null when none does. */
export async function findRecording(folder: string, ptsUs: number): Promise<Recording | null> {
  const starts = await recordedStarts(folder);
  const at = starts.findLastIndex((start) => start <= ptsUs);
  if (at < 0) return null;
  const startPtsUs = starts[at];
  const file = path.join(folder, `${startPtsUs}.mp4`);
  const isLast = at === starts.length - 1;
  const endPtsUs = isLast ? await endOf(file) : starts[at + 1];
  return endPtsUs === null || ptsUs > endPtsUs ? null : { file, startPtsUs, endPtsUs };
}

async function recordedStarts(folder: string): Promise<number[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (problem) {
    if (errorCode(problem) === 'ENOENT') return [];
    throw problem;
  }
  return names
    .map((name) => /^(-?\d+)\.mp4$/.exec(name)?.[1])
    .filter((text) => text !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

/** Only the newest file of an epoch is read for this: the next one's start says it for all others. */
async function endOf(file: string): Promise<number | null> {
  const splitter = new FragmentSplitter();
  let endPtsUs: number | null = null;
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      for (const piece of splitter.push(chunk)) {
        if (piece.kind === 'fragment') endPtsUs = Math.max(endPtsUs ?? 0, piece.ptsUs + piece.durationUs);
      }
    }
  } catch (problem) {
    if (errorCode(problem) === 'ENOENT') return null;
    throw new AppError('data-loss', `The recording ${path.basename(file)} is damaged.`, { cause: problem });
  }
  return endPtsUs;
}
