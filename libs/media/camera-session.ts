import type { Readable } from 'node:stream';
import { AppError } from '#base/errors.js';
import { cameraPlan, type AnalysisShape, type CameraPlanOptions } from './ffmpeg-arguments.js';
import { problemIn, saysUndecodable } from './ffmpeg-problems.js';
import { startFfmpeg, type FfmpegExit } from './ffmpeg-process.js';
import { FragmentSplitter, type Fragment, type InitSegment } from './fragments.js';
import { inputName } from './input-name.js';
import { chunksOf, pairFrames, type RawFrame } from './raw-frames.js';
import { listenOnSockets } from './unix-sockets.js';

/** One connection to a live camera. Both streams must be read without pause: FFmpeg waits for the slower one. */
export interface CameraSession {
  /** Analysis frames, in the order of their PTS. */
  readonly frames: AsyncIterable<RawFrame>;
  /**
   * The camera's own stream; a fragment's `ptsUs` equals that of the raw frame of the same picture. Only the first one or two
   * after joining may differ: some cameras send them without a time.
   */
  readonly pieces: AsyncIterable<InitSegment | Fragment>;
  /** Why it ended; null after `stop`. A camera never ends by itself, so anything else is a loss. */
  readonly ended: Promise<AppError | null>;
  /** Pictures that FFmpeg could not decode so far. */
  readonly undecodable: () => number;
  /** Ends FFmpeg, by force where needed, and removes the sockets. Repeatable; to be called in any case. */
  readonly stop: () => Promise<void>;
}

export interface CameraSessionOptions extends CameraPlanOptions {
  readonly shape: AnalysisShape;
}

/** Silence, beyond FFmpeg's own limit, after which the session is ended from outside. */
const EXTRA_PATIENCE_MS = 1000;

/** Connects to a camera that `probe` has accepted. */
export async function openCameraSession(options: CameraSessionOptions): Promise<CameraSession> {
  const name = inputName(options.url);
  const sockets = await listenOnSockets(['pixels', 'times', 'fragments']);
  let undecodable = 0;
  const ffmpeg = startFfmpeg(cameraPlan(options, options.shape, sockets.paths), (line) => {
    if (saysUndecodable(line)) undecodable++;
  });
  const limitMs = options.timeoutMs + EXTRA_PATIENCE_MS;
  // FFmpeg's look may begin with the next key frame only, which its own length has to reach.
  const silence = silenceWatch({ firstMs: limitMs + 2 * options.lookMs, limitMs }, () => {
    ffmpeg.stop().catch(() => undefined);
  });
  const ended = ffmpeg.exit.then((exit) => cameraEnd(exit, name, silence.fired())).finally(silence.clear);
  ended.catch(() => undefined);
  const open = async (names: readonly ('pixels' | 'times' | 'fragments')[]): Promise<Readable[] | null> =>
    Promise.race([Promise.all(names.map((each) => sockets.connections[each])), ffmpeg.exit.then(() => null)]);
  const frameBytes = options.shape.analysis.widthPx * options.shape.analysis.heightPx * 3;
  async function* frames(): AsyncGenerator<RawFrame, void> {
    const streams = await open(['pixels', 'times']);
    if (streams === null) return;
    for await (const frame of pairFrames(streams[0], streams[1], frameBytes)) {
      silence.reset();
      yield frame;
    }
  }
  async function* pieces(): AsyncGenerator<InitSegment | Fragment, void> {
    const streams = await open(['fragments']);
    if (streams === null) return;
    const splitter = new FragmentSplitter();
    for await (const chunk of chunksOf(streams[0])) {
      silence.reset();
      yield* splitter.push(chunk);
    }
  }
  return {
    frames: frames(),
    pieces: pieces(),
    ended,
    undecodable: () => undecodable,
    stop: async () => {
      silence.clear();
      await Promise.all([sockets.close(), ffmpeg.stop()]);
    },
  };
}

/** `firstMs`: the limit until the first sign of life, which comes after FFmpeg's look at the stream. */
function silenceWatch(
  { firstMs, limitMs }: { readonly firstMs: number; readonly limitMs: number },
  onSilence: () => void,
): { reset: () => void; clear: () => void; fired: () => boolean } {
  let fired = false;
  const fire = (): void => {
    fired = true;
    onSilence();
  };
  let timer = setTimeout(fire, firstMs);
  let isFirst = true;
  return {
    reset: () => {
      if (!isFirst) {
        timer.refresh();
        return;
      }
      isFirst = false;
      clearTimeout(timer);
      timer = setTimeout(fire, limitMs);
    },
    clear: () => {
      clearTimeout(timer);
    },
    fired: () => fired,
  };
}

function cameraEnd(exit: FfmpegExit, name: string, silent: boolean): AppError | null {
  if (silent) return new AppError('timeout', `${name} has gone silent. Check the camera and the network.`);
  if (exit.stopped) return null;
  const hungUp = new AppError('unavailable', `${name} closed the connection.`, {
    details: { said: exit.lines.slice(-3) },
  });
  return problemIn(exit.lines, { name, network: true }) ?? hungUp;
}
