import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { inputOptions, inputTarget, type FfmpegPlan } from './ffmpeg-arguments.js';
import { startFfmpeg } from './ffmpeg-process.js';
import { listenOnSockets } from './unix-sockets.js';

/**
 * A file as a live camera would send it: in real time, again and again, with time stamps that only grow. As Matroska, because
 * FFmpeg knows from its header what comes: it shows the first picture after 1.4 s, of MPEG-TS or FLV after 5 to 6 s (measured
 * with `ffprobe` at 10 pictures a second), which is as long as ingest waits for a camera.
 */
function loopPlan(file: string, socket: string): FfmpegPlan {
  const quiet = ['-nostdin', '-hide_banner', '-nostats', '-loglevel', 'warning'];
  return {
    input: inputTarget(file),
    inputOptions: [...quiet, '-re', '-stream_loop', '-1', ...inputOptions(file, 0)],
    outputs: [
      {
        target: `unix:${socket}`,
        options: ['-map', '0:v:0', '-c', 'copy', '-flush_packets', '1', '-live', '1', '-f', 'matroska'],
      },
    ],
  };
}

/**
 * Plays a video file into `to` without end. Resolves when `to` is closed or `signal` aborts, with FFmpeg gone; costs 1 % of a
 * core (nothing is encoded).
 */
export async function streamInLoop(file: string, to: Writable, signal: AbortSignal): Promise<void> {
  const sockets = await listenOnSockets(['stream']);
  const ffmpeg = startFfmpeg(loopPlan(file, sockets.paths.stream));
  try {
    const stream = await Promise.race([sockets.connections.stream, ffmpeg.exit.then(() => null)]);
    if (stream !== null) await pipeline(stream, to, { signal }).catch(() => undefined); // a viewer may leave at any time
  } finally {
    to.destroy();
    await sockets.close();
    await ffmpeg.stop();
  }
}
