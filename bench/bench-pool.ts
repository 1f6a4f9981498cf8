import os from 'node:os';
import { builtFile } from '#apps/cli/internal/install-root.js';
import { installedRegistry } from '#apps/cli/internal/models.js';
import type { Settings } from '#config/settings.js';
import { analysisSize, type Size } from '#geometry/letterbox.js';
import { probe } from '#media/probe.js';
import { createLogger } from '#observability/logger.js';
import { planOptions } from '#onnx/pipelines/plan-files.js';
import { planPipeline, type PipelinePlan } from '#onnx/pipelines/plan.js';
import { openSessionPool, type PoolFrame } from '#onnx/session-pool.js';
import { analysisArea, type ProfileName } from '#pose/profile.js';
import { readFrames } from './clips.js';

/** Which sessions to open. */
export interface PoolWanted {
  readonly plan: PipelinePlan;
  readonly providers: readonly string[];
  /** 0: as many as the inference service would have. */
  readonly sessions: number;
  /** Built file that a thread of the pool runs; default the one of the product. */
  readonly worker?: string;
}

/** A session pool as the inference service has it. */
export interface BenchPool {
  readonly provider: string;
  readonly sessions: number;
  /** Analyses frames as one batch; resolves with the number of people in all of them. */
  readonly estimate: (frames: readonly PoolFrame[]) => Promise<number>;
  readonly close: () => Promise<void>;
}

const STRIDE_PX = 32;
const PROBE_MS = 30_000;

/** The pipeline that the inference service runs for a profile. @throws AppError `invalid-input` for an unknown default model. */
export async function planOf(profile: ProfileName, settings: Settings): Promise<PipelinePlan> {
  const registry = await installedRegistry(settings.POSEWATCH_MODELS_DIR);
  const modelId = profile === 'fast' ? settings.POSEWATCH_MODEL : null;
  return planPipeline({ profile, modelId }, registry, planOptions(settings));
}

/** @throws AppError `unavailable` when no provider runs the models here, `not-found` when a file is missing. */
export async function openBenchPool({ plan, providers, sessions, worker }: PoolWanted): Promise<BenchPool> {
  const pool = await openSessionPool({
    ...{ workerUrl: builtFile(worker ?? 'libs/onnx/worker.js'), first: plan, providers, sessions, openAll: true },
    ...{ cores: os.availableParallelism(), log: createLogger({ service: 'bench', level: 'silent' }) },
  });
  return {
    provider: pool.provider,
    sessions: pool.sessions,
    estimate: async (frames) => {
      const { people } = await pool.estimate(frames, plan);
      return people.reduce((sum, poses) => sum + poses.length, 0);
    },
    close: () => pool.close(),
  };
}

/** Which frames of a clip. */
export interface FramesWanted {
  readonly profile: ProfileName;
  readonly settings: Settings;
  readonly most: number;
}

/** The first frames of a clip in memory, of the size that ingest would give them. */
export async function poolFrames(
  file: string,
  { profile, settings, most }: FramesWanted,
): Promise<{ readonly frames: readonly PoolFrame[]; readonly analysis: Size }> {
  const { source } = await probe(file, { timeoutMs: PROBE_MS });
  const areaPx = analysisArea({ profile, wide: false, source, areaPx: settings.POSEWATCH_ANALYSIS_AREA_PX });
  const analysis = analysisSize(source, { areaPx, stridePx: STRIDE_PX });
  const pixels = await readFrames(file, { source, analysis }, most);
  return { frames: pixels.map((each) => ({ pixels: each, source, analysis })), analysis };
}
