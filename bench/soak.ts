import path from 'node:path';
import { startEngine } from '#apps/cli/analyze/engine.js';
import { inFolder, makeClip, repeatClip } from './clips.js';
import { beatsByProcess, median, runFileCameras, type Beat } from './file-cameras.js';

/** Whether a long run makes the services grow. */
export interface SoakBench {
  readonly frames: number;
  readonly seconds: number;
  readonly framesPerSec: number;
  /** Frames after which a service counts as warm. */
  readonly warmUpFrames: number;
  readonly services: readonly ServiceMemory[];
}

/** Resident memory of one process: medians of five heartbeats. */
export interface ServiceMemory {
  readonly service: string;
  readonly warmRssBytes: number;
  readonly endRssBytes: number;
  /** `endRssBytes / warmRssBytes − 1`. */
  readonly growth: number;
  /** Median over each tenth of the frames, from the first on: tells a leak from memory that is taken once. Null where nothing beat. */
  readonly rssBytesByTenth: readonly (number | null)[];
}

export interface SoakBenchOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Clip to repeat; null: one made by FFmpeg, without people. */
  readonly input: string | null;
  /** Frames of all cameras together. */
  readonly frames: number;
  readonly cameras: number;
  /** Pixels of an analysis frame: small, so that many frames take minutes. */
  readonly areaPx: number;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

const CLIP = { widthPx: 320, heightPx: 240, fps: 25, seconds: 8 };
const WARM_UP_SHARE = 0.1;
const BEATS = 5;
const TENTHS = 10;

/** Sends `frames` frames through one process of each service. */
export async function benchSoak(options: SoakBenchOptions): Promise<SoakBench> {
  const { cameras, areaPx, progress } = options;
  return inFolder(async (folder) => {
    const [made, clip] = [path.join(folder, 'made.mp4'), path.join(folder, 'clip.mp4')];
    if (options.input === null) await makeClip(made, CLIP);
    await repeatClip(options.input ?? made, clip, Math.ceil(options.frames / cameras));
    const overrides = {
      POSEWATCH_VIDEO_CONCURRENCY: String(cameras),
      POSEWATCH_ANALYSIS_AREA_PX: String(areaPx),
    };
    const engine = await startEngine({ ...options, overrides });
    try {
      const { beats, ...run } = await runFileCameras(engine, { clip, cameras, profile: 'fast', run: 0, progress });
      const frames = run.count + 1;
      const warmUpFrames = Math.round(frames * WARM_UP_SHARE);
      return {
        ...{ frames, seconds: run.seconds, framesPerSec: run.count / run.seconds, warmUpFrames },
        services: beatsByProcess(beats).map((own) => memoryOf(own, { frames, warmUpFrames })),
      };
    } finally {
      await engine.stop();
    }
  });
}

function memoryOf(
  beats: readonly Beat[],
  run: { readonly frames: number; readonly warmUpFrames: number },
): ServiceMemory {
  const rss = (some: readonly Beat[]): number => median(some.map(({ health }) => health.rssBytes));
  const warmRssBytes = rss(beats.filter(({ frames }) => frames >= run.warmUpFrames).slice(0, BEATS));
  const endRssBytes = rss(beats.slice(-BEATS));
  const tenths = Array.from({ length: TENTHS }, (_, tenth) => {
    const own = beats.filter(
      ({ frames }) => Math.min(TENTHS - 1, Math.floor((frames * TENTHS) / run.frames)) === tenth,
    );
    return own.length === 0 ? null : rss(own);
  });
  const growth = endRssBytes / warmRssBytes - 1;
  return { service: beats[0].health.service, warmRssBytes, endRssBytes, growth, rssBytesByTenth: tenths };
}
