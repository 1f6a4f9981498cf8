import { AppError } from '#base/errors.js';
import { filePlan, type AnalysisShape } from './ffmpeg-arguments.js';
import { problemIn, saysCutOff, saysUndecodable } from './ffmpeg-problems.js';
import { startFfmpeg, type FfmpegExit } from './ffmpeg-process.js';
import { inputName } from './input-name.js';
import { pairFrames, type RawFrame } from './raw-frames.js';
import { listenOnSockets } from './unix-sockets.js';

/** How the reading of a file ended. */
export interface FileEnd {
  /** `complete`: read to its end; `cut`: the file is damaged or ends early; `stopped`: `stop` was called. */
  readonly how: 'complete' | 'cut' | 'stopped';
  /** What is wrong with the file, for a person; null when it is complete. */
  readonly problem: AppError | null;
  /** Pictures that FFmpeg could not decode: they have no frame. */
  readonly undecodable: number;
}

/** A video or picture being decoded. The same file gives the same frames with the same `seq` and PTS each time. */
export interface FileSession {
  /** To be read once. Not reading on halts FFmpeg, however long: a file never loses a frame. */
  readonly frames: AsyncIterable<RawFrame>;
  /** Resolves after the last frame was read, or after `stop`. @throws AppError `unavailable` when FFmpeg was killed. */
  readonly ended: Promise<FileEnd>;
  /** Ends FFmpeg and removes the sockets. Repeatable; to be called in any case. */
  readonly stop: () => Promise<void>;
}

/** Opens a file that `probe` has accepted. `name` is how messages call it. */
export async function openFileSession(
  file: string,
  shape: AnalysisShape,
  name: string = inputName(file),
): Promise<FileSession> {
  const sockets = await listenOnSockets(['pixels', 'times']);
  const damage = { undecodable: 0, cut: false };
  const ffmpeg = startFfmpeg(filePlan(file, shape, sockets.paths), (line) => {
    if (saysUndecodable(line)) damage.undecodable++;
    if (saysCutOff(line)) damage.cut = true;
  });
  const ended = ffmpeg.exit.then((exit) => fileEnd(exit, damage, name));
  ended.catch(() => undefined);
  const connected = Promise.all([sockets.connections.pixels, sockets.connections.times]);
  const frameBytes = shape.analysis.widthPx * shape.analysis.heightPx * 3;
  async function* frames(): AsyncGenerator<RawFrame, void> {
    const streams = await Promise.race([connected, ffmpeg.exit.then(() => null)]);
    if (streams !== null) yield* pairFrames(streams[0], streams[1], frameBytes);
  }
  return {
    frames: frames(),
    ended,
    stop: async () => {
      await Promise.all([sockets.close(), ffmpeg.stop()]);
    },
  };
}

function fileEnd(exit: FfmpegExit, damage: { undecodable: number; cut: boolean }, name: string): FileEnd {
  const { undecodable } = damage;
  if (exit.stopped) return { how: 'stopped', problem: null, undecodable };
  if (exit.code === null) throw new AppError('unavailable', `FFmpeg was killed while it read ${name}.`);
  if (exit.code === 0 && !damage.cut) return { how: 'complete', problem: null, undecodable };
  const found = damage.cut ? null : problemIn(exit.lines, { name, network: false });
  const cut = new AppError('data-loss', `${name} is damaged or ends early; what could be read was analysed.`, {
    details: { said: exit.lines.slice(-3) },
  });
  return { how: 'cut', problem: found ?? cut, undecodable };
}
