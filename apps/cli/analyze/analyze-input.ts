import { stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import { newId } from '#base/ids.js';
import type { Random } from '#base/random.js';
import { frameTimeline } from '#media/frame-timeline.js';
import { withoutCredentials } from '#media/input-name.js';
import { probe } from '#media/probe.js';
import type { Database } from '#storage/database.js';
import { createRule } from '#storage/rules.js';
import { createVideo, type StoredVideo } from '#storage/videos.js';
import { createZone } from '#storage/zones.js';
import type { ProfileName } from '#pose/profile.js';
import type { AnalysedFrames, UsedPipeline } from './analysed-frames.js';
import type { Engine } from './engine.js';
import { localInput, type LocalInput } from './fetch-input.js';
import { Progress } from './progress.js';
import type { AnalyzeRequest } from './request.js';
import { writeResultFiles, type WrittenFiles } from './result-files.js';
import type { RulesFile } from './rules-file.js';
import { storedResult } from './stored-result.js';

/** What came out of one input; see `analyze --json` in docs/architecture.md, section 6. */
export interface InputReport {
  readonly input: string;
  /** Frames of the source. */
  readonly frames: number;
  readonly analysed: number;
  /** Reason → frames. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly tracks: number;
  readonly events: number;
  /** From handing the file to ingest until its last track was stored; without the files written afterwards. */
  readonly seconds: number;
  /** Analysed frames a second. */
  readonly framesPerSec: number;
  readonly files: WrittenFiles;
  /** What is wrong with the file although it could be analysed, such as a missing end; null: nothing. */
  readonly problem: string | null;
  /** What was asked for; `model` null: the profile's own. */
  readonly wanted: { readonly profile: ProfileName; readonly model: string | null };
  /** What ran, on most frames first. Another profile than the wanted one stood in for it. */
  readonly used: readonly UsedPipeline[];
  /** Why the wanted one could not be used on some frames; null: it ran on all of them. */
  readonly fallback: string | null;
}

/** What one input is analysed with. */
export interface InputJob {
  readonly engine: Engine;
  readonly request: AnalyzeRequest;
  readonly rules: RulesFile;
  readonly input: string;
  readonly folder: string;
  readonly random: Random;
  /** Filled by `tracks.updated`. */
  readonly analysed: AnalysedFrames;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Longest time that looking at a file may take. */
export const PROBE_MS = 30_000;

async function storeRules(database: Database, cameraId: string, job: InputJob): Promise<void> {
  const ids = new Map(job.rules.zones.map((zone) => [zone.id, newId('zon', job.random)]));
  for (const { id, name, polygon } of job.rules.zones)
    await createZone(database, { id: ids.get(id) ?? id, cameraId, name, polygon });
  for (const { kind, name, zone, params } of job.rules.rules) {
    const zoneId = zone === null ? null : (ids.get(zone) ?? null);
    await createRule(database, { id: newId('rul', job.random), kind, name, cameraId, zoneId, params, enabled: true });
  }
}

async function store(local: LocalInput, job: InputJob): Promise<string> {
  const id = newId('vid', job.random);
  await createVideo(job.engine.database, {
    id,
    fileName: local.name,
    path: local.file,
    bytes: (await stat(local.file)).size,
    fps: job.request.fps,
    profile: job.request.profile,
    modelId: job.request.modelId,
  });
  await storeRules(job.engine.database, id, job);
  return id;
}

function analysedOf(video: StoredVideo): { analysed: number; dropped: Record<string, number> } {
  const dropped = video.dropped as Record<string, number>;
  return { dropped, analysed: video.framesDone - Object.values(dropped).reduce((sum, count) => sum + count, 0) };
}

/**
 * Analyses one input and writes its files.
 * @throws AppError that names what is wrong with the input; `cancelled` when aborted.
 */
export async function analyzeInput(job: InputJob): Promise<InputReport> {
  const { engine, request, signal } = job;
  const local = await localInput(job.input, path.join(engine.dataFolder, newId('vid', job.random)), signal);
  const progress = new Progress(local.name, systemClock, job.progress);
  await probe(local.file, { timeoutMs: PROBE_MS, name: local.name });
  const timeline = await frameTimeline(local.file, signal);
  const { video, seconds, pipelines } = await runThrough(local, progress, job);
  const result = await storedResult(engine.database, video, {
    timeline,
    analysedPtsUs: job.analysed.ptsUs(video.cameraId),
    fillGapsSec: request.fillGapsSec,
  });
  progress.restart();
  const files = await writeResultFiles({
    folder: job.folder,
    fileName: local.name,
    mediaFile: local.file,
    isImage: video.isImage,
    timeline,
    result,
    zones: job.rules.zones,
    dataFolder: engine.dataFolder,
    video: request.video,
    signal,
    onOverlayFrames: (frames) => {
      progress.update('drawing', frames, timeline.ptsUs.length);
    },
  });
  const counts = analysedOf(video);
  const report = {
    input: withoutCredentials(job.input),
    frames: timeline.ptsUs.length,
    ...counts,
    tracks: result.tracks,
    events: result.events.length,
    seconds: round(seconds),
    framesPerSec: round(counts.analysed / seconds),
    problem: video.problem,
    ...pipelines,
  };
  for (const line of fallbackLines(local.name, report)) job.progress(line);
  return { ...report, files: await addSummary(job, { files, video, report }) };
}

/** Has the services analyse the input. @throws AppError `data-loss` with what is wrong with it, and as `finished`. */
async function runThrough(local: LocalInput, progress: Progress, job: InputJob) {
  const { engine } = job;
  const cameraId = await store(local, job);
  const startMs = systemClock.monotonicMs();
  await engine.submit(cameraId);
  const video = await engine.finished(cameraId, ({ framesDone, frameCount }) => {
    progress.update('analysing', framesDone, frameCount);
  });
  const seconds = (systemClock.monotonicMs() - startMs) / 1000;
  if (video.status !== 'done') throw new AppError('data-loss', video.problem ?? `${local.name}: ${video.status}`);
  const pipelines = await pipelinesOf(job, cameraId); // now: inference forgets what nobody asks for any more
  return { video, seconds, pipelines };
}

async function pipelinesOf({ engine, request, analysed }: InputJob, cameraId: string) {
  const { profile, modelId } = request;
  const used = analysed.used(cameraId);
  const isOther = used.some((ran) => ran.profile !== profile || (modelId !== null && ran.model !== modelId));
  const problems = isOther ? await engine.pipelineProblems() : [];
  const reason = problems.find((problem) => problem.profile === profile && problem.modelId === modelId)?.problem;
  const fallback = isOther ? (reason ?? 'it failed on some frames') : null;
  return { wanted: { profile, model: modelId }, used, fallback };
}

/** What a person is told when something else ran than was wanted. */
function fallbackLines(
  name: string,
  { wanted, used, fallback }: Pick<InputReport, 'wanted' | 'used' | 'fallback'>,
): string[] {
  if (fallback === null) return [];
  const asked = wanted.model === null ? wanted.profile : `${wanted.profile} with ${wanted.model}`;
  const ran = used.map(({ profile, model, frames }) => `${profile} (${model}) on ${frames}`).join(', ');
  return [`${name}: ${asked} was asked for, but what ran was ${ran} frames: ${fallback}`];
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

async function addSummary(
  job: InputJob,
  about: { readonly files: WrittenFiles; readonly video: StoredVideo; readonly report: Omit<InputReport, 'files'> },
): Promise<WrittenFiles> {
  const { video } = about;
  const file = path.join(job.folder, 'summary.json');
  const summary = {
    ...about.report,
    source: {
      widthPx: video.camera.sourceWidthPx,
      heightPx: video.camera.sourceHeightPx,
      codec: video.codec,
      durationUs: video.durationUs === null ? null : Number(video.durationUs),
      isImage: video.isImage,
    },
    fps: job.request.fps === 0 ? 'all' : job.request.fps,
    rules: job.rules,
    files: Object.keys(about.files),
  };
  await writeFile(file, `${JSON.stringify(summary, null, 2)}\n`);
  return { ...about.files, 'summary.json': file };
}
