import { createWriteStream } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '#base/errors.js';
import { inputOptions, inputTarget, type FfmpegPlan } from './ffmpeg-arguments.js';
import { startFfmpeg } from './ffmpeg-process.js';
import { inputName } from './input-name.js';
import { TIME_STRETCH, overlaySubtitles, type OverlayScene } from './overlay-subtitles.js';

/** Draws an `OverlayScene` onto its video with FFmpeg's `ass` filter (libass). */
export interface BurnOptions {
  readonly file: string;
  readonly scene: OverlayScene;
  /** An MP4 (H.264, without sound); it appears whole or not at all. */
  readonly target: string;
  readonly signal: AbortSignal;
  /** Called with the frames written so far. */
  readonly onFrames: (frames: number) => void;
}

/** A path as a filter's argument: escaped for the argument, then for the filter graph around it. */
function filterText(text: string): string {
  return text.replace(/[\\':]/g, '\\$&').replace(/[\\'[\],;]/g, '\\$&');
}

/** FFmpeg's arguments for one overlay. */
export function overlayPlan(options: {
  readonly file: string;
  readonly script: string;
  readonly firstPtsUs: number;
  readonly target: string;
}): FfmpegPlan {
  const start = `round(${options.firstPtsUs / 1e6}/TB)`;
  const filters = [
    `setpts='(PTS-${start})*${TIME_STRETCH}'`,
    `ass=${filterText(options.script)}`,
    `setpts='PTS/${TIME_STRETCH}'`,
    'pad=ceil(iw/2)*2:ceil(ih/2)*2',
    'format=yuv420p',
  ];
  return {
    input: inputTarget(options.file),
    inputOptions: [
      '-nostdin',
      '-hide_banner',
      '-loglevel',
      'warning',
      '-stats',
      '-copyts',
      ...inputOptions(options.file, 0),
    ],
    outputs: [
      {
        target: inputTarget(options.target),
        options: [
          ...['-y', '-map', '0:v:0', '-an', '-sn', '-dn', '-vf', filters.join(',')],
          ...['-fps_mode', 'passthrough', '-enc_time_base', '-1', '-c:v', 'libx264', '-preset', 'veryfast'],
          ...['-crf', '21', '-movflags', '+faststart', '-f', 'mp4'],
        ],
      },
    ],
  };
}

/**
 * Writes the overlay video. Frame times relative to the first frame are the source's own.
 * @throws AppError `cancelled` when aborted; `internal` with FFmpeg's last words when it fails.
 */
export async function burnOverlay(options: BurnOptions): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-overlay-'));
  const unfinished = `${options.target}.part`;
  try {
    const script = path.join(folder, 'overlay.ass');
    const lines = Readable.from(withNewlines(overlaySubtitles(options.scene)));
    await pipeline(lines, createWriteStream(script), { signal: options.signal }).catch(rethrowAbort);
    const plan = overlayPlan({
      file: options.file,
      script,
      firstPtsUs: options.scene.framePtsUs[0],
      target: unfinished,
    });
    await run(plan, options);
    await rename(unfinished, options.target);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(unfinished, { force: true });
  }
}

function* withNewlines(lines: Iterable<string>): Generator<string> {
  for (const line of lines) yield `${line}\n`;
}

function rethrowAbort(problem: unknown): never {
  if (problem instanceof Error && problem.name === 'AbortError')
    throw new AppError('cancelled', 'Stopped while drawing.');
  throw problem;
}

async function run(plan: FfmpegPlan, { file, signal, onFrames }: BurnOptions): Promise<void> {
  const ffmpeg = startFfmpeg(plan, (line) => {
    const frames = /^frame=\s*(\d+)/.exec(line);
    if (frames !== null) onFrames(Number(frames[1]));
  });
  const stop = (): void => void ffmpeg.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const exit = await ffmpeg.exit.finally(() => {
    signal.removeEventListener('abort', stop);
  });
  if (signal.aborted) throw new AppError('cancelled', 'Stopped while drawing.');
  if (exit.code === 0) return;
  throw new AppError(
    'internal',
    `The overlay of ${inputName(file)} could not be drawn: ${exit.lines.at(-1) ?? 'FFmpeg failed'}`,
  );
}
