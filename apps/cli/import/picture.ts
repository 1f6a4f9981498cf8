import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#base/errors.js';
import { frameTimeline } from '#media/frame-timeline.js';
import { browsersPlay, makePlaybackCopy } from '#media/playback-copy.js';
import { probe } from '#media/probe.js';
import type { ImportedPicture } from '#storage/imports.js';

/** A recording that was put into the data folder. */
export interface KeptPicture {
  readonly picture: ImportedPicture;
  /** Takes it out again. */
  readonly discard: () => Promise<void>;
}

/** Names of files of one video start with its id and a dot; the rest keeps two imports of it apart. */
const KNOWN_ENDING = /\.[a-z0-9]{1,5}$/i;
const PROBE_MS = 15_000;

/**
 * Copies the recording that imported tracks belong to, and makes the copy that browsers play where they do not play the recording.
 * @throws AppError when it is no video, or cannot be copied; nothing is left then.
 */
export async function keepPicture(
  file: string,
  where: { readonly id: string; readonly dataFolder: string; readonly signal: AbortSignal },
): Promise<KeptPicture> {
  const { id, dataFolder, signal } = where;
  const name = path.basename(file);
  const info = await probe(file, { timeoutMs: PROBE_MS, name, signal });
  if (info.isImage) throw new AppError('invalid-input', `--video ${name} is a picture; it must be a video.`);
  const { ptsUs: framePtsUs } = await frameTimeline(file, signal);
  const folder = path.join(dataFolder, 'uploads');
  const stem = path.join(folder, `${id}.${randomUUID().slice(0, 8)}`);
  const target = `${stem}${KNOWN_ENDING.exec(file)?.[0].toLowerCase() ?? ''}`;
  const copy = browsersPlay(info, file) ? null : `${stem}.playback.mp4`;
  const discard = async (): Promise<void> => {
    for (const each of copy === null ? [target] : [target, copy]) await rm(each, { force: true });
  };
  try {
    await mkdir(folder, { recursive: true });
    await copyFile(file, target);
    if (copy !== null) await makePlaybackCopy(file, copy, { name, signal });
  } catch (thrown) {
    await discard();
    throw thrown;
  }
  const { codec, durationUs, source: size } = info;
  return { picture: { path: target, playbackPath: copy, codec, durationUs, size, framePtsUs }, discard };
}
