import os from 'node:os';
import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import type { Settings } from '#config/settings.js';
import type { CocoGroundTruth, CocoImage, CocoResult } from '#evaluation/coco-annotations.js';
import { createLogger } from '#observability/logger.js';
import { planOptions } from '#onnx/pipelines/plan-files.js';
import { modelsOf, planPipeline, type PipelineChoice, type PipelinePlan } from '#onnx/pipelines/plan.js';
import { openSessionPool, type SessionPool } from '#onnx/session-pool.js';
import type { Pose } from '#pose/pose.js';
import { Progress } from '../analyze/progress.js';
import type { CommandIo } from '../command.js';
import { builtFile } from '../internal/install-root.js';
import { ensureModel, installedRegistry } from '../internal/models.js';
import { systemSettings } from '../internal/system-settings.js';
import { needPictures, readPicture, type FrameNeeds } from './annotated-pictures.js';

/** What to run over the pictures of an annotated set. */
export interface PoseRunOptions {
  readonly groundTruth: CocoGroundTruth;
  /** Folder of the pictures. */
  readonly folder: string;
  readonly choice: PipelineChoice;
  readonly wide: boolean;
  /** Sessions side by side; 0: as many as the inference service would have. */
  readonly sessions: number;
  /** How progress calls it. */
  readonly name: string;
}

/** What came of it. */
export interface PoseRun {
  /** In the order of the pictures, best person of each first. */
  readonly results: readonly CocoResult[];
  /** Time of each picture in its session thread, decoding of outputs included, milliseconds. */
  readonly inferenceMs: readonly number[];
  readonly provider: string;
  /** Ids of the models that ran. */
  readonly models: readonly string[];
}

/**
 * Runs the product's own pipeline over annotated pictures: FFmpeg scales them, session threads find the people. Missing models are pulled.
 * @throws AppError `not-found` for missing pictures, `invalid-input` for an unknown model, and as the pool and the pull say.
 */
export async function runPoses(options: PoseRunOptions, io: CommandIo): Promise<PoseRun> {
  const { images } = options.groundTruth;
  await needPictures(images, options.folder);
  const { settings } = systemSettings(io.environment, {});
  const plan = await readyPlan(options.choice, settings, io);
  const pool = await openSessionPool({
    workerUrl: builtFile('libs/onnx/worker.js'),
    first: plan,
    providers: settings.POSEWATCH_PROVIDERS.split(',').map((name) => name.trim()),
    sessions: options.sessions,
    cores: os.availableParallelism(),
    log: createLogger({ service: 'evaluate', level: 'silent' }),
  });
  const needs: FrameNeeds = {
    folder: options.folder,
    profile: options.choice.profile,
    wide: options.wide,
    areaPx: settings.POSEWATCH_ANALYSIS_AREA_PX,
    signal: io.signal,
  };
  try {
    const found = await runAll({
      images,
      needs,
      pool,
      plan,
      progress: new Progress(options.name, systemClock, io.progress),
    });
    return {
      results: found.flatMap(({ people }, at) =>
        people.map(({ keypoints, score }) => ({ imageId: images[at].id, keypoints, score })),
      ),
      inferenceMs: found.map(({ inferenceMs }) => inferenceMs),
      provider: pool.provider,
      models: modelsOf(plan).map(({ id }) => id),
    };
  } finally {
    await pool.close();
  }
}

/** The plan as the inference service would make it, its models installed. */
async function readyPlan(choice: PipelineChoice, settings: Settings, io: CommandIo): Promise<PipelinePlan> {
  const { POSEWATCH_MODELS_DIR: modelsDir, POSEWATCH_MODEL } = settings;
  const registry = await installedRegistry(modelsDir);
  const wanted = choice.modelId ?? (choice.profile === 'fast' ? POSEWATCH_MODEL : null);
  const plan = (): PipelinePlan => planPipeline({ ...choice, modelId: wanted }, registry, planOptions(settings));
  const { progress: onProgress, signal } = io;
  for (const { id } of modelsOf(plan())) await ensureModel({ id, modelsDir, from: null, onProgress, signal });
  return plan();
}

interface Work {
  readonly images: readonly CocoImage[];
  readonly needs: FrameNeeds;
  readonly pool: SessionPool;
  readonly plan: PipelinePlan;
  readonly progress: Progress;
}

interface Found {
  readonly people: readonly Pose[];
  readonly inferenceMs: number;
}

/** As many pictures under way as there are sessions; what is found does not depend on how many those are. */
async function runAll({ images, needs, pool, plan, progress }: Work): Promise<readonly Found[]> {
  const found = new Map<number, Found>();
  let [next, failed] = [0, false];
  const lane = async (): Promise<void> => {
    while (next < images.length && !failed) {
      if (needs.signal.aborted) throw new AppError('cancelled', 'The evaluation was stopped.');
      const at = next++;
      const frame = await readPicture(images[at], needs);
      const { people, inferenceMs } = await pool.estimate([frame], plan);
      found.set(at, { people: people[0], inferenceMs });
      progress.update('analysing', found.size, images.length);
    }
  };
  const lanes = await Promise.allSettled(
    Array.from({ length: pool.sessions }, () =>
      lane().catch((problem: unknown) => {
        failed = true; // the other lanes end with the picture they are at
        throw problem;
      }),
    ),
  );
  for (const outcome of lanes) if (outcome.status === 'rejected') throw outcome.reason;
  return images.map((_, at) => found.get(at) ?? { people: [], inferenceMs: 0 });
}
