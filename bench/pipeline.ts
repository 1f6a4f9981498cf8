import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { startEngine, type Engine } from '#apps/cli/analyze/engine.js';
import { builtFile, installRoot } from '#apps/cli/internal/install-root.js';
import { systemSettings } from '#apps/cli/internal/system-settings.js';
import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import { analysisSize, type Size } from '#geometry/letterbox.js';
import { openFileSession } from '#media/file-session.js';
import { probe } from '#media/probe.js';
import type { Settings } from '#config/settings.js';
import { createLogger } from '#observability/logger.js';
import { modelById, readManifest, type ModelEntry } from '#onnx/manifest.js';
import { modelPath } from '#onnx/registry.js';
import { openSessionPool, type PoolFrame, type SessionPool } from '#onnx/session-pool.js';
import { createVideo } from '#storage/videos.js';

/**
 * What the pipeline costs: frames a second of the real services (ingest, Redis, inference, tracker, PostgreSQL) over N files at once,
 * against the bare model in the same kind of session pool fed from memory with the same clip. The bare model is measured before and
 * after, so that a machine that slows down meanwhile does not decide the ratio.
 */
export interface PipelineBench {
  readonly framesPerSec: number;
  readonly bareFramesPerSec: number;
  readonly ratio: number;
  readonly cameras: number;
  readonly sessions: number;
  readonly provider: string;
  readonly batch: number;
}

export interface PipelineBenchOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Clip to use; null: one made by FFmpeg. */
  readonly input: string | null;
  readonly cameras: number;
  /** How long each of the three measurements takes, about. */
  readonly seconds: number;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

interface Clip {
  readonly file: string;
  readonly frames: readonly PoolFrame[];
  readonly analysis: Size;
}

const STRIDE_PX = 32;
const MOST_FRAMES = 120;
const CLIP_SEC = 8;

async function testClip(folder: string): Promise<string> {
  const file = path.join(folder, 'clip.mp4');
  const source = `testsrc2=s=768x432:r=25:d=${CLIP_SEC}`;
  await promisify(execFile)('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, '-pix_fmt', 'yuv420p', file]);
  return file;
}

/** Decodes the start of a clip into memory, as ingest does it. */
async function readClip(file: string, areaPx: number, stridePx: number): Promise<Clip> {
  const { source } = await probe(file, { timeoutMs: 30_000 });
  const analysis = analysisSize(source, { areaPx, stridePx });
  const session = await openFileSession(file, { source, analysis, fps: 0 });
  const frames: PoolFrame[] = [];
  for await (const frame of session.frames) {
    frames.push({ pixels: frame.pixels, source });
    if (frames.length === MOST_FRAMES) break;
  }
  await session.stop();
  return { file, frames, analysis };
}

/** Frames a second of the model alone, all sessions busy with full batches. */
async function bareRate(pool: SessionPool, clip: Clip, about: { batch: number; seconds: number }): Promise<number> {
  const { batch, seconds } = about;
  let [next, done] = [0, 0];
  const startMs = systemClock.monotonicMs();
  const work = async (): Promise<void> => {
    while (systemClock.monotonicMs() - startMs < seconds * 1000) {
      const frames = Array.from({ length: batch }, () => clip.frames[next++ % clip.frames.length]);
      await pool.estimate(frames, clip.analysis);
      done += batch;
    }
  };
  await Promise.all(Array.from({ length: pool.sessions }, work));
  return (done * 1000) / (systemClock.monotonicMs() - startMs);
}

/** Submits one copy of the clip per camera and counts acknowledged frames from the first one on. */
async function pipelineRate(engine: Engine, clip: Clip, options: PipelineBenchOptions): Promise<number> {
  const ids = Array.from({ length: options.cameras }, (_, index) => `vid_bench${String(index).padStart(7, '0')}`);
  let [frames, firstMs, lastMs] = [0, 0, 0];
  await engine.onTracks(({ analysed }) => {
    if (!analysed) return;
    lastMs = systemClock.monotonicMs();
    if (frames === 0) firstMs = lastMs;
    frames++;
  });
  for (const id of ids) {
    const file = path.join(engine.dataFolder, `${id}.mp4`);
    await copyFile(clip.file, file);
    await createVideo(engine.database, { id, fileName: 'clip.mp4', path: file, bytes: 1, fps: 0 });
  }
  await Promise.all(ids.map((id) => engine.submit(id)));
  const videos = await Promise.all(
    ids.map((id) =>
      engine.finished(id, ({ framesDone, frameCount }) => {
        if (id === ids[0]) options.progress(`  ${framesDone} of ${frameCount ?? '?'} frames of the first file`);
      }),
    ),
  );
  const failed = videos.find((video) => video.status !== 'done');
  if (failed !== undefined)
    throw new AppError('internal', `The pipeline did not finish: ${failed.problem ?? failed.status}`);
  return ((frames - 1) * 1000) / (lastMs - firstMs);
}

interface BareResult {
  readonly rate: number;
  readonly sessions: number;
  readonly provider: string;
  readonly batch: number;
}

interface BarePlan {
  readonly settings: Settings;
  readonly model: ModelEntry;
  readonly clip: Clip;
}

/** The model alone, in a pool as the inference service opens it, after a warm-up of a second. */
async function bare({ settings, model, clip }: BarePlan, options: PipelineBenchOptions): Promise<BareResult> {
  const pool = await openSessionPool({
    workerUrl: builtFile('libs/onnx/worker.js'),
    modelPath: modelPath(settings.POSEWATCH_MODELS_DIR, model),
    model,
    providers: settings.POSEWATCH_PROVIDERS.split(','),
    sessions: settings.POSEWATCH_SESSIONS,
    cores: os.availableParallelism(),
    log: createLogger({ service: 'bench', level: 'silent' }),
  });
  try {
    const { sessions, provider } = pool;
    const batch = provider === 'cpu' ? 1 : settings.POSEWATCH_MAX_BATCH; // as the inference service chooses it
    await bareRate(pool, clip, { batch, seconds: 1 });
    const rate = await bareRate(pool, clip, { batch, seconds: options.seconds });
    options.progress(`bare model: ${rate.toFixed(1)} frames/s`);
    return { rate, sessions, provider, batch };
  } finally {
    await pool.close();
  }
}

/** Measures: two times `seconds` for the bare model, and the pipeline as long as the clip takes. */
export async function benchPipeline(options: PipelineBenchOptions): Promise<PipelineBench> {
  const { settings } = systemSettings(options.environment, {});
  const folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-bench-'));
  try {
    const manifest = await readManifest(path.join(installRoot(), 'models', 'manifest.json'));
    const model = modelById(manifest, settings.POSEWATCH_MODEL);
    const file = options.input ?? (await testClip(folder));
    const clip = await readClip(file, settings.POSEWATCH_ANALYSIS_AREA_PX, STRIDE_PX);
    const before = await bare({ settings, model, clip }, options);
    const overrides = { POSEWATCH_VIDEO_CONCURRENCY: String(options.cameras) };
    const engine = await startEngine({ ...options, overrides });
    const framesPerSec = await pipelineRate(engine, clip, options).finally(() => engine.stop());
    options.progress(`pipeline: ${framesPerSec.toFixed(1)} frames/s`);
    const after = await bare({ settings, model, clip }, options);
    const bareFramesPerSec = (before.rate + after.rate) / 2;
    const { sessions, provider, batch } = before;
    const ratio = framesPerSec / bareFramesPerSec;
    return { framesPerSec, bareFramesPerSec, ratio, cameras: options.cameras, sessions, provider, batch };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
