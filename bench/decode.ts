import path from 'node:path';
import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import { analysisSize, type Size } from '#geometry/letterbox.js';
import { filePlan, type AnalysisShape, type FfmpegPlan } from '#media/ffmpeg-arguments.js';
import { startFfmpeg } from '#media/ffmpeg-process.js';
import { openFileSession } from '#media/file-session.js';
import { probe } from '#media/probe.js';
import { inFolder, makeClip, repeatClip } from './clips.js';
import { interleaved, type Measured } from './rounds.js';

/** FFmpeg's raw frames with their times in this process, as ingest reads a file, against the same FFmpeg that throws them away. */
export interface DecodeBench {
  readonly framesPerSec: number;
  readonly bareFramesPerSec: number;
  readonly ratio: number;
  readonly ratioRange: readonly [number, number];
  readonly source: Size;
  readonly analysis: Size;
  /** Frames of one measurement. */
  readonly frames: number;
}

export interface DecodeBenchOptions {
  /** Clip to use; null: one made by FFmpeg. */
  readonly input: string | null;
  /** Frames of one measurement of a made clip. */
  readonly frames: number;
  readonly rounds: number;
  /** Pixels of an analysis frame. */
  readonly areaPx: number;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

const STRIDE_PX = 32;
const CLIP = { widthPx: 1280, heightPx: 720, fps: 25, seconds: 4 };

/** Decodes a clip `2 × rounds` times. */
export async function benchDecode(options: DecodeBenchOptions): Promise<DecodeBench> {
  return inFolder(async (folder) => {
    const file = options.input ?? (await madeClip(folder, options.frames));
    const { source } = await probe(file, { timeoutMs: 30_000 });
    const analysis = analysisSize(source, { areaPx: options.areaPx, stridePx: STRIDE_PX });
    const shape = { source, analysis, fps: 0 };
    let frames = 0;
    const measured = async (): Promise<Measured> => {
      const done = await intoNode(file, shape);
      frames = done.count;
      options.progress(`into this process: ${(done.count / done.seconds).toFixed(0)} frames/s`);
      return done;
    };
    await measured(); // the file is in the system's memory from here on, and its frames are counted
    const bare = (): Promise<Measured> => intoNothing(file, { shape, frames });
    const { rate, bareRate, ratio, ratioRange } = await interleaved({ measured, bare, ...options });
    return { framesPerSec: rate, bareFramesPerSec: bareRate, ratio, ratioRange, source, analysis, frames };
  });
}

async function madeClip(folder: string, frames: number): Promise<string> {
  const [short, long] = [path.join(folder, 'clip.mp4'), path.join(folder, 'long.mp4')];
  await makeClip(short, CLIP);
  await repeatClip(short, long, frames);
  return long;
}

async function intoNode(file: string, shape: AnalysisShape): Promise<Measured> {
  const startMs = systemClock.monotonicMs();
  const session = await openFileSession(file, shape);
  let count = 0;
  try {
    for await (const { held } of session.frames) {
      held.release();
      count++;
    }
    await session.ended;
  } finally {
    await session.stop();
  }
  return { count, seconds: (systemClock.monotonicMs() - startMs) / 1000 };
}

async function intoNothing(
  file: string,
  { shape, frames }: { readonly shape: AnalysisShape; readonly frames: number },
): Promise<Measured> {
  const startMs = systemClock.monotonicMs();
  const { code, lines } = await startFfmpeg(thrownAway(filePlan(file, shape, { pixels: '-', times: '-' }))).exit;
  if (code !== 0) throw new AppError('internal', `FFmpeg could not read ${file}: ${lines.slice(-3).join('; ')}`);
  return { count: frames, seconds: (systemClock.monotonicMs() - startMs) / 1000 };
}

/** The plan with all its options, but the muxer that writes nothing. */
function thrownAway({ input, inputOptions, outputs }: FfmpegPlan): FfmpegPlan {
  const toNull = (options: readonly string[]): string[] =>
    options.map((option, at) => (options[at - 1] === '-f' ? 'null' : option));
  return { input, inputOptions, outputs: outputs.map(({ options }) => ({ target: '-', options: toNull(options) })) };
}
