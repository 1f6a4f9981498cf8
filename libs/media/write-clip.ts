import { rename, rm } from 'node:fs/promises';
import type net from 'node:net';
import { AppError } from '#base/errors.js';
import type { Size } from '#geometry/letterbox.js';
import { inputTarget, type FfmpegPlan } from './ffmpeg-arguments.js';
import { startFfmpeg } from './ffmpeg-process.js';
import { listenOnSockets } from './unix-sockets.js';

/** What becomes of raw pictures: an MP4 (H.264 without B-frames, a key frame a second). */
export interface Clip {
  readonly size: Size;
  readonly fps: number;
  /** It appears whole or not at all. */
  readonly target: string;
  /** Ends the writing as `cancelled`. */
  readonly signal: AbortSignal;
}

function clipPlan({ size, fps }: Clip, socket: string, target: string): FfmpegPlan {
  const picture = `${size.widthPx}x${size.heightPx}`;
  const raw = ['-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', picture, '-framerate', String(fps)];
  const encode = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '22', '-bf', '0', '-g', String(fps)];
  return {
    input: `unix:${socket}`,
    inputOptions: ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'warning', ...raw],
    outputs: [{ target: inputTarget(target), options: ['-y', ...encode, '-pix_fmt', 'yuv420p', '-f', 'mp4'] }],
  };
}

/**
 * Encodes pictures, rgb24 of the clip's size each, at the pace in which they come.
 * @throws AppError `cancelled`; `internal` with FFmpeg's last words when it fails.
 */
export async function writeClip(pictures: Iterable<Uint8Array>, clip: Clip): Promise<void> {
  const unfinished = `${clip.target}.${process.pid}.part`;
  const sockets = await listenOnSockets(['pictures']);
  const ffmpeg = startFfmpeg(clipPlan(clip, sockets.paths.pictures, unfinished));
  try {
    const socket = await Promise.race([sockets.connections.pictures, ffmpeg.exit.then(() => null)]);
    if (socket !== null) await sendAll(pictures, socket, clip.signal);
    const exit = await ffmpeg.exit;
    if (exit.code !== 0)
      throw new AppError('internal', `FFmpeg could not write ${clip.target}: ${exit.lines.join(' ')}`);
    await rename(unfinished, clip.target);
  } finally {
    await ffmpeg.stop();
    await sockets.close();
    await rm(unfinished, { force: true });
  }
}

async function sendAll(pictures: Iterable<Uint8Array>, socket: net.Socket, signal: AbortSignal): Promise<void> {
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const picture of pictures) {
    if (signal.aborted) throw new AppError('cancelled', 'Writing the clip was stopped.');
    if (socket.destroyed) return; // FFmpeg is gone; its exit says why
    if (!socket.write(picture)) await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed]);
  }
  socket.end();
}
