import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '#base/errors.js';
import type { Size } from '#geometry/letterbox.js';
import { startFfmpeg, type FfmpegExit } from '#media/ffmpeg-process.js';
import { openFileSession } from '#media/file-session.js';

/** Pictures of FFmpeg's moving test pattern. */
export interface ClipShape extends Size {
  readonly fps: number;
  readonly seconds: number;
}

/** Writes an H.264 clip without people. */
export async function makeClip(file: string, { widthPx, heightPx, fps, seconds }: ClipShape): Promise<void> {
  const plan = {
    input: `testsrc2=s=${widthPx}x${heightPx}:r=${fps}:d=${seconds}`,
    inputOptions: ['-nostdin', '-y', '-f', 'lavfi'],
    outputs: [{ target: file, options: ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'] }],
  };
  needSuccess(await startFfmpeg(plan).exit, file);
}

/** Writes `frames` frames of a clip, which starts over as often as it takes; nothing is encoded again. */
export async function repeatClip(clip: string, file: string, frames: number): Promise<void> {
  const plan = {
    input: clip,
    inputOptions: ['-nostdin', '-y', '-stream_loop', '-1'],
    outputs: [{ target: file, options: ['-map', '0:v:0', '-c:v', 'copy', '-an', '-frames:v', String(frames)] }],
  };
  needSuccess(await startFfmpeg(plan).exit, file);
}

function needSuccess({ code, lines }: FfmpegExit, file: string): void {
  if (code !== 0) throw new AppError('internal', `FFmpeg could not write ${file}: ${lines.slice(-3).join('; ')}`);
}

/** The first `most` frames of a clip in memory, decoded, scaled and letterboxed as ingest does it. */
export async function readFrames(
  file: string,
  shape: { readonly source: Size; readonly analysis: Size },
  most: number,
): Promise<readonly Uint8Array[]> {
  const session = await openFileSession(file, { ...shape, fps: 0 });
  const frames: Uint8Array[] = [];
  try {
    for await (const { pixels } of session.frames) {
      frames.push(pixels);
      if (frames.length === most) break;
    }
  } finally {
    await session.stop();
  }
  if (frames.length === 0) throw new AppError('invalid-input', `${file} holds no picture that FFmpeg can decode.`);
  return frames;
}

/** Runs `work` with a folder of its own, which goes when it is done. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
