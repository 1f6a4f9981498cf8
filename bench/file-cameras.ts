import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine } from '#apps/cli/analyze/engine.js';
import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import type { ServiceHealth } from '#contracts/service-health.js';
import type { ProfileName } from '#pose/profile.js';
import { createVideo } from '#storage/videos.js';
import type { Measured } from './rounds.js';

/** Files that play the cameras of a measurement. */
export interface FileCameras {
  readonly clip: string;
  readonly cameras: number;
  readonly profile: ProfileName;
  /** Unique among the runs of one engine. */
  readonly run: number;
  readonly progress: (line: string) => void;
}

/** A heartbeat of a service, and how many frames the pipeline was through with then. */
export interface Beat {
  readonly frames: number;
  readonly health: ServiceHealth;
}

/** A measurement, and what the services said of themselves meanwhile. */
export interface PipelineRun extends Measured {
  /** Heartbeats while frames were on their way, in order; the last of each process also at the end. */
  readonly beats: readonly Beat[];
}

const BEAT_CHECK_MS = 500;
const SAY_EVERY_MS = 5000;

/**
 * Hands one copy of the clip per camera to a running pipeline and waits until all are done. Analysed frames are counted, and timed
 * from the first to the last acknowledgement.
 */
export async function runFileCameras(engine: Engine, options: FileCameras): Promise<PipelineRun> {
  const ids = Array.from({ length: options.cameras }, (_, index) => videoId(options.run, index));
  let [frames, firstMs, lastMs] = [0, 0, 0];
  const mine = new Set(ids);
  await engine.onTracks(({ analysed, cameraId }) => {
    if (!analysed || !mine.has(cameraId)) return;
    lastMs = systemClock.monotonicMs();
    if (frames === 0) firstMs = lastMs;
    frames++;
  });
  for (const id of ids) await store(engine, id, options);
  const watching = new AbortController();
  const beats = watch(engine, { frames: () => frames, signal: watching.signal, progress: options.progress });
  try {
    await Promise.all(ids.map((id) => engine.submit(id)));
    // One after the other: who asks for all of them all the time is part of what is measured.
    for (const id of ids) {
      const { status, problem } = await engine.finished(id, () => undefined);
      if (status !== 'done') throw new AppError('internal', `The pipeline did not finish: ${problem ?? status}`);
    }
  } finally {
    watching.abort();
  }
  return { count: frames - 1, seconds: (lastMs - firstMs) / 1000, beats: await beats };
}

function videoId(run: number, index: number): string {
  return `vid_bench${String(run).padStart(4, '0')}${String(index).padStart(3, '0')}`;
}

async function store(engine: Engine, id: string, { clip, profile }: FileCameras): Promise<void> {
  const file = path.join(engine.dataFolder, `${id}.mp4`);
  await copyFile(clip, file);
  await createVideo(engine.database, { id, fileName: 'clip.mp4', path: file, bytes: 1, fps: 0, profile });
}

interface Watch {
  readonly frames: () => number;
  readonly signal: AbortSignal;
  readonly progress: (line: string) => void;
}

/** Collects heartbeats from the first frame on; when aborted, the newest of each process stands for the end as well. */
async function watch(engine: Engine, { frames, signal, progress }: Watch): Promise<readonly Beat[]> {
  const beats: Beat[] = [];
  const seen = new Set<string>();
  let saidMs = systemClock.monotonicMs();
  for (let isLast = false; !isLast;) {
    isLast = signal.aborted;
    for (const health of frames() === 0 ? [] : await engine.health()) {
      const key = `${health.instance} ${health.service} ${health.atMs}`;
      if (isLast || !seen.has(key)) beats.push({ frames: frames(), health });
      seen.add(key);
    }
    if (systemClock.monotonicMs() - saidMs > SAY_EVERY_MS) {
      progress(`  ${frames()} frames`);
      saidMs = systemClock.monotonicMs();
    }
    await sleep(BEAT_CHECK_MS, undefined, { signal }).catch(() => undefined);
  }
  return beats;
}

/** Heartbeats by process, in the order in which the processes first beat. */
export function beatsByProcess(beats: readonly Beat[]): readonly (readonly Beat[])[] {
  const byProcess = new Map<string, Beat[]>();
  for (const beat of beats) {
    const key = `${beat.health.service} ${beat.health.instance}`;
    byProcess.set(key, [...(byProcess.get(key) ?? []), beat]);
  }
  return [...byProcess.values()];
}

/** The middle of some numbers; NaN of none. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b).at(Math.floor(numbers.length / 2)) ?? Number.NaN;
}
