import os from 'node:os';
import path from 'node:path';
import { systemSettings } from '#apps/cli/internal/system-settings.js';
import { AppError } from '#base/errors.js';
import type { Size } from '#geometry/letterbox.js';
import { modelsOf } from '#onnx/pipelines/plan.js';
import type { PoolFrame } from '#onnx/session-pool.js';
import type { ProfileName } from '#pose/profile.js';
import { picture, tinyPlan, writeTinyPoseModel } from '#testing/tiny-pose-model.js';
import { planOf, poolFrames, type PoolWanted } from './bench-pool.js';
import { inFolder, makeClip } from './clips.js';
import { Feeder, type JavaScriptCost } from './feeder.js';
import { openProbedPool, type ProbedPool } from './probed-pool.js';
import { interleaved } from './rounds.js';

/** The session pool of the inference service against the bare calls of `session.run` that it makes. */
export interface InferenceBench {
  readonly profile: ProfileName;
  /** Ids of the models that the profile runs. */
  readonly models: readonly string[];
  readonly analysis: Size;
  readonly cores: number;
  readonly runs: readonly InferenceRun[];
  /** Execution providers that were asked for and do not run here. */
  readonly unavailable: readonly { readonly provider: string; readonly problem: string }[];
  /** What JavaScript costs where there is much to decode: a model that finds a known crowd in one session. */
  readonly crowd: JavaScriptCost & { readonly people: number; readonly analysis: Size };
}

/** One provider and batch size. */
export interface InferenceRun extends JavaScriptCost {
  readonly provider: string;
  readonly sessions: number;
  readonly batch: number;
  readonly framesPerSec: number;
  /** The same calls of `session.run`, in the same threads, and nothing else. */
  readonly bareFramesPerSec: number;
  readonly ratio: number;
  readonly ratioRange: readonly [number, number];
  /** Processor time of this process for one frame, all threads. */
  readonly cpuMsPerFrame: number;
  readonly bareCpuMsPerFrame: number;
  /** Bare over all processor time: what the ratio comes to on a machine with nothing else to do, if no thread waits. */
  readonly cpuRatio: number;
  readonly peoplePerFrame: number;
}

export interface InferenceBenchOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Clip or picture to use; null: one made by FFmpeg, without people. */
  readonly input: string | null;
  readonly profile: ProfileName;
  readonly batches: readonly number[];
  /** Execution providers; null: those of the settings. */
  readonly providers: readonly string[] | null;
  /** How long each single measurement takes, about. There are `2 × rounds` for each provider and batch size. */
  readonly seconds: number;
  readonly rounds: number;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

const MOST_FRAMES = 40;
const CLIP = { widthPx: 640, heightPx: 480, fps: 20, seconds: 2 };
const CROWD = 20;
const CROWD_SIZE = { widthPx: 512, heightPx: 384 };

/** Measures each provider that runs here with each batch size, then the cost of a crowd. */
export async function benchInference(options: InferenceBenchOptions): Promise<InferenceBench> {
  const { settings } = systemSettings(options.environment, {});
  const { profile } = options;
  const sessions = settings.POSEWATCH_SESSIONS;
  const providers = options.providers ?? settings.POSEWATCH_PROVIDERS.split(',').map((name) => name.trim());
  return inFolder(async (folder) => {
    const plan = await planOf(profile, settings);
    const clip = options.input ?? path.join(folder, 'clip.mp4');
    if (options.input === null) await makeClip(clip, CLIP);
    const { frames, analysis } = await poolFrames(clip, { profile, settings, most: MOST_FRAMES });
    const runs: InferenceRun[] = [];
    const unavailable: { provider: string; problem: string }[] = [];
    for (const provider of providers) {
      const opened = await openOrProblem({ plan, providers: [provider], sessions });
      if (typeof opened === 'string') unavailable.push({ provider, problem: opened });
      else runs.push(...(await measurePool(opened, frames, options).finally(() => opened.close())));
    }
    if (runs.length === 0) throw new AppError('unavailable', unavailable.map(({ problem }) => problem).join('; '));
    const models = modelsOf(plan).map(({ id }) => id);
    const crowd = await measureCrowd(folder, options);
    return { profile, models, analysis, cores: os.availableParallelism(), runs, unavailable, crowd };
  });
}

async function openOrProblem(wanted: PoolWanted): Promise<ProbedPool | string> {
  try {
    return await openProbedPool(wanted);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.kind === 'unavailable') return thrown.message;
    throw thrown;
  }
}

async function measurePool(
  pool: ProbedPool,
  frames: readonly PoolFrame[],
  options: InferenceBenchOptions,
): Promise<readonly InferenceRun[]> {
  const { provider, sessions } = pool;
  const { seconds, rounds, signal } = options;
  const runs: InferenceRun[] = [];
  for (const batch of options.batches) {
    const feeder = new Feeder(pool, frames, batch);
    await feeder.record();
    const compared = await interleaved({
      measured: () => feeder.run(seconds),
      bare: () => feeder.bare(seconds),
      ...{ rounds, signal },
    });
    const { rate: framesPerSec, bareRate: bareFramesPerSec, ratio, ratioRange } = compared;
    const { peoplePerFrame, ...cost } = feeder.cost();
    const { cpuMs: cpuMsPerFrame, bareCpuMs: bareCpuMsPerFrame } = compared;
    const cpu = { cpuMsPerFrame, bareCpuMsPerFrame, cpuRatio: bareCpuMsPerFrame / cpuMsPerFrame };
    const rates = { framesPerSec, bareFramesPerSec, ratio, ratioRange, ...cpu };
    runs.push({ provider, sessions, batch, ...rates, peoplePerFrame, ...cost });
    options.progress(
      `${provider}, batch ${batch}: ${framesPerSec.toFixed(1)} of ${bareFramesPerSec.toFixed(1)} frames/s`,
    );
  }
  return runs;
}

/** A model with heads of the default model's size that finds exactly as many people as are painted. */
async function measureCrowd(folder: string, options: InferenceBenchOptions): Promise<InferenceBench['crowd']> {
  const file = path.join(folder, 'crowd.onnx');
  writeTinyPoseModel(file);
  const cells = Array.from({ length: CROWD }, (_, at) => [12 + 24 * (at % 5), 12 + 20 * Math.floor(at / 5)] as const);
  const frame = { pixels: picture(CROWD_SIZE, cells), source: CROWD_SIZE, analysis: CROWD_SIZE };
  const pool = await openProbedPool({ plan: tinyPlan(file), providers: ['cpu'], sessions: 1 });
  try {
    await new Feeder(pool, [frame], 1).run(options.seconds / 2); // until everything is warm
    const feeder = new Feeder(pool, [frame], 1);
    await feeder.run(options.seconds);
    const { peoplePerFrame, ...cost } = feeder.cost();
    options.progress(`JavaScript with ${peoplePerFrame} people: ${cost.threadMsPerFrame.toFixed(2)} ms a frame`);
    return { people: peoplePerFrame, analysis: CROWD_SIZE, ...cost };
  } finally {
    await pool.close();
  }
}
