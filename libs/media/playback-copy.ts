import { rename, rm } from 'node:fs/promises';
import { AppError } from '#base/errors.js';
import { playbackCopyPlan } from './ffmpeg-arguments.js';
import { problemIn } from './ffmpeg-problems.js';
import { startFfmpeg } from './ffmpeg-process.js';
import type { MediaInfo } from './probe.js';

const LOW_PRIORITY = 10;
const playableCodecs = new Set(['h264', 'vp8', 'vp9', 'av1']);
const playableContainers = new Set(['mp4', 'webm']);

/** True when browsers play the file as it is, or show it, if it is a picture. */
export function browsersPlay(info: Pick<MediaInfo, 'codec' | 'container' | 'isImage'>, file: string): boolean {
  if (info.isImage) return /\.(jpe?g|png|webp|gif)$/i.test(file);
  const named = /\.(mp4|m4v|mov|webm)$/i.test(file);
  return (
    named && playableCodecs.has(info.codec) && info.container.split(',').some((name) => playableContainers.has(name))
  );
}

/**
 * Makes an H.264 copy of a video for browsers, with the time stamps of the original. It appears whole or not at all.
 * @throws AppError `data-loss` when the file cannot be converted, `cancelled` when aborted.
 */
export async function makePlaybackCopy(
  file: string,
  target: string,
  options: { readonly name: string; readonly signal: AbortSignal },
): Promise<void> {
  const unfinished = `${target}.part`;
  const ffmpeg = startFfmpeg(playbackCopyPlan(file, unfinished), undefined, LOW_PRIORITY);
  const stop = (): void => {
    ffmpeg.stop().catch(() => undefined);
  };
  options.signal.addEventListener('abort', stop, { once: true });
  try {
    if (options.signal.aborted) stop();
    const exit = await ffmpeg.exit;
    if (exit.stopped) throw new AppError('cancelled', `The copy of ${options.name} for playback was stopped.`);
    if (exit.code !== 0) {
      const plain = new AppError('data-loss', `${options.name} cannot be converted for playback.`, {
        details: { said: exit.lines.slice(-3) },
      });
      throw problemIn(exit.lines, { name: options.name, network: false }) ?? plain;
    }
    await rename(unfinished, target);
  } finally {
    options.signal.removeEventListener('abort', stop);
    await rm(unfinished, { force: true });
  }
}
