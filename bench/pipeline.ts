import path from 'node:path';
import { startEngine, type Engine } from '#apps/cli/analyze/engine.js';
import { systemSettings } from '#apps/cli/internal/system-settings.js';
import type { Settings } from '#config/settings.js';
import type { PoolFrame } from '#onnx/session-pool.js';
import type { ProfileName } from '#pose/profile.js';
import { openBenchPool, planOf, poolFrames, type BenchPool } from './bench-pool.js';
import { inFolder, makeClip, repeatClip } from './clips.js';
import { beatsByProcess, median, runFileCameras, type Beat } from './file-cameras.js';
import { withProcessTimes, type ProcessTimes } from './process-times.js';
import { interleaved, sideBySide } from './rounds.js';

/**
 * What the pipeline costs: frames a second of the real services (ingest, Redis, inference, tracker, PostgreSQL) over N files at once,
 * against the bare model in the same kind of session pool fed from memory with the same clip.
 */
export interface PipelineBench {
  readonly profile: ProfileName;
  readonly framesPerSec: number;
  readonly bareFramesPerSec: number;
  readonly ratio: number;
  readonly ratioRange: readonly [number, number];
  readonly cameras: number;
  readonly sessions: number;
  readonly provider: string;
  readonly batch: number;
  /** Processor time of one frame by service, database and program, milliseconds, and of the bare model; null where it is not known. */
  readonly cpuMsPerFrame: ProcessTimes | null;
  readonly bareCpuMsPerFrame: number;
  /** Bare over all processor time: the ratio that a machine comes to that has nothing else to do. Null where it is not known. */
  readonly cpuRatio: number | null;
  /** 99th percentile of each service's event-loop delay at full load: median of its heartbeats, milliseconds. */
  readonly eventLoopP99Ms: Readonly<Record<string, number>>;
}

export interface PipelineBenchOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Clip to use; null: one made by FFmpeg. */
  readonly input: string | null;
  readonly profile: ProfileName;
  readonly cameras: number;
  /** Frames of each camera in one measurement. */
  readonly frames: number;
  /** How long a measurement of the bare model takes, about. */
  readonly seconds: number;
  readonly rounds: number;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

const MOST_FRAMES = 40;
/** Frames of each camera before anything is measured: until then the services compile what they run. */
const WARM_UP_FRAMES = 60;
const CLIP = { widthPx: 768, heightPx: 432, fps: 25, seconds: 4 };

/** Measures in turns: the services over all files, the bare model, … with the services started and idle all the time. */
export async function benchPipeline(options: PipelineBenchOptions): Promise<PipelineBench> {
  const { settings } = systemSettings(options.environment, {});
  return inFolder(async (folder) => {
    const clips = await makeClips(folder, options);
    const { profile } = options;
    const { frames } = await poolFrames(clips.clip, { profile, settings, most: MOST_FRAMES });
    const { POSEWATCH_PROVIDERS, POSEWATCH_SESSIONS: sessions } = settings;
    const providers = POSEWATCH_PROVIDERS.split(',').map((name) => name.trim());
    const pool = await openBenchPool({ plan: await planOf(profile, settings), providers, sessions });
    try {
      const overrides = { POSEWATCH_VIDEO_CONCURRENCY: String(options.cameras) };
      const engine = await startEngine({ ...options, overrides });
      return await compare({ engine, pool, clips, frames, settings }, options).finally(() => engine.stop());
    } finally {
      await pool.close();
    }
  });
}

interface Clips {
  readonly clip: string;
  readonly warmUp: string;
}

async function makeClips(folder: string, { input, frames }: PipelineBenchOptions): Promise<Clips> {
  const [made, clip, warmUp] = ['made.mp4', 'clip.mp4', 'warm-up.mp4'].map((name) => path.join(folder, name));
  if (input === null) await makeClip(made, CLIP);
  await repeatClip(input ?? made, clip, frames);
  await repeatClip(input ?? made, warmUp, Math.min(frames, WARM_UP_FRAMES));
  return { clip, warmUp };
}

interface Sides {
  readonly engine: Engine;
  readonly pool: BenchPool;
  readonly clips: Clips;
  readonly frames: readonly PoolFrame[];
  readonly settings: Settings;
}

async function compare(sides: Sides, options: PipelineBenchOptions): Promise<PipelineBench> {
  const { engine, pool, clips, frames, settings } = sides;
  const { profile, cameras, seconds, rounds, signal, progress } = options;
  const { sessions, provider } = pool;
  const batch = provider === 'cpu' ? 1 : settings.POSEWATCH_MAX_BATCH; // as the inference service chooses it
  const beats: Beat[] = [];
  const costs: (ProcessTimes | null)[] = [];
  let [run, next] = [0, 0];
  const bareFor = (time: number) =>
    sideBySide({ loops: sessions, seconds: time }, async () => {
      await pool.estimate(Array.from({ length: batch }, () => frames[next++ % frames.length]));
      return batch;
    });
  const measured = async () => {
    const { result: done, times } = await withProcessTimes(() =>
      runFileCameras(engine, { clip: clips.clip, cameras, profile, run: run++, progress }),
    );
    beats.push(...done.beats);
    costs.push(times);
    progress(`pipeline: ${(done.count / done.seconds).toFixed(1)} frames/s`);
    return done;
  };
  const bare = async () => {
    const done = await bareFor(seconds);
    progress(`bare model: ${(done.count / done.seconds).toFixed(1)} frames/s`);
    return done;
  };
  // until everything is warm
  await runFileCameras(engine, { clip: clips.warmUp, cameras, profile, run: run++, progress });
  await bareFor(Math.min(1, seconds));
  const compared = await interleaved({ measured, bare, rounds, signal });
  const { rate: framesPerSec, bareRate: bareFramesPerSec, ratio, ratioRange, bareCpuMs } = compared;
  const cpuMsPerFrame = perFrame(costs, cameras * options.frames);
  const totalMs = cpuMsPerFrame === null ? null : Object.values(cpuMsPerFrame).reduce((sum, ms) => sum + ms, 0);
  return {
    ...{
      profile,
      framesPerSec,
      bareFramesPerSec,
      ratio,
      ratioRange,
      cameras,
      sessions,
      provider,
      batch,
      cpuMsPerFrame,
    },
    ...{ bareCpuMsPerFrame: bareCpuMs, cpuRatio: totalMs === null ? null : bareCpuMs / totalMs },
    eventLoopP99Ms: loopDelays(beats),
  };
}

/** Mean over the runs. */
function perFrame(runs: readonly (ProcessTimes | null)[], frames: number): ProcessTimes | null {
  const sums = new Map<string, number>();
  for (const run of runs) {
    if (run === null) return null;
    for (const [name, ms] of Object.entries(run)) sums.set(name, (sums.get(name) ?? 0) + ms / frames / runs.length);
  }
  return Object.fromEntries(sums);
}

function loopDelays(beats: readonly Beat[]): Readonly<Record<string, number>> {
  const delays = beatsByProcess(beats).map((own) => {
    return [own[0].health.service, median(own.map(({ health }) => health.eventLoopP99Ms))] as const;
  });
  return Object.fromEntries(delays);
}
