import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { startEngine, type Engine } from '#apps/cli/analyze/engine.js';
import { AppError } from '#base/errors.js';
import type { TracksUpdated } from '#contracts/tracks-updated.js';
import { iou, type Box } from '#geometry/box.js';
import { startFfmpeg } from '#media/ffmpeg-process.js';
import { createVideo } from '#storage/videos.js';
import { inFolder } from './clips.js';

/**
 * What the motion gate saves and what it loses: the whole pipeline over a clip that stands still for half of its time (one frame of a
 * file, frozen, with a sensor's noise, encoded as a camera does) and then moves, with the gate off and on.
 */
export interface MotionGateBench {
  /** Frames of the clip, still half and moving half together. */
  readonly frames: number;
  /** Frames that went through inference, gate off and on; `stillHalf`: those of the first half. */
  readonly inferenceCalls: { readonly off: number; readonly on: number; readonly stillHalf: number };
  /** People who were tracked for at least half a second with the gate off, and how many of them the gate lost. */
  readonly detections: number;
  readonly detectionsLost: number;
  /** Share of the tracked poses of the run without gate that are there with it too, in the same frame, IoU at least 0.5; 1 where none. */
  readonly posesKept: number;
  readonly tracks: { readonly off: number; readonly on: number };
}

export interface MotionGateBenchOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A clip of at least `atSec` + `halfSec` seconds. */
  readonly input: string;
  /** Where in the clip the frozen frame is, and the movement starts. */
  readonly atSec: number;
  /** How long each half is. */
  readonly halfSec: number;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

const FPS = 10;
/** What lasts shorter may be missed. */
const LEAST_US = 500_000;
/** A track may be out of sight for so long without counting twice. */
const GAP_US = 250_000;
const KEPT_IOU = 0.5;
const FOUND_IOU = 0.3;

/** Frozen, then moving, with the noise of a cheap sensor, at the bit rate of a surveillance camera with a key frame every 2 s. */
async function stillThenMoving(target: string, { input, atSec, halfSec }: MotionGateBenchOptions): Promise<void> {
  const half = FPS * halfSec;
  const filter =
    `[0:v]fps=${FPS},split[a][b];[a]trim=end_frame=1,loop=loop=${half - 1}:size=1:start=0,setpts=N/${FPS}/TB[still];` +
    `[b]trim=end_frame=${half},setpts=N/${FPS}/TB[moving];[still][moving]concat=n=2,noise=alls=8:allf=t,format=yuv420p[v]`;
  const rate = ['-b:v', '1200k', '-maxrate', '1200k', '-bufsize', '600k'];
  const { code, lines } = await startFfmpeg({
    input,
    inputOptions: ['-nostdin', '-y', '-ss', String(atSec)],
    outputs: [
      {
        target,
        options: ['-filter_complex', filter, '-map', '[v]', '-preset', 'veryfast', '-g', String(2 * FPS), ...rate],
      },
    ],
  }).exit;
  if (code !== 0) throw new AppError('internal', `FFmpeg could not make the clip: ${lines.slice(-3).join('; ')}`);
}

/** The news of each frame of one run, by media time. */
type Run = ReadonlyMap<number, TracksUpdated>;

async function analyse(engine: Engine, clip: string, motionGate: boolean): Promise<Run> {
  const id = motionGate ? 'vid_gateon' : 'vid_gateoff';
  const run = new Map<number, TracksUpdated>();
  await engine.onTracks((update) => {
    if (update.cameraId === id && !update.ended) run.set(update.ptsUs, update);
  });
  const file = path.join(engine.dataFolder, `${id}.mp4`);
  await copyFile(clip, file);
  await createVideo(engine.database, { id, fileName: 'clip.mp4', path: file, bytes: 1, fps: 0, motionGate });
  await engine.submit(id);
  const { status, problem } = await engine.finished(id, () => undefined);
  if (status !== 'done') throw new AppError('internal', `The pipeline did not finish: ${problem ?? status}`);
  return run;
}

/** Frames analysed up to a media time. */
function analysedUntil(run: Run, ptsUs: number): number {
  return Math.max(0, ...[...run.values()].filter((at) => at.ptsUs < ptsUs).map(({ counts }) => counts.analysed));
}

/** One stretch of a track. */
interface Stretch {
  lastUs: number;
  readonly seen: { readonly ptsUs: number; readonly box: Box }[];
}

/** Stretches of the tracks of a run that last long enough to matter. */
function stretches(run: Run): readonly Stretch[] {
  const newest = new Map<number, Stretch>();
  const all: Stretch[] = [];
  for (const { ptsUs, tracks } of [...run.values()].sort((a, b) => a.ptsUs - b.ptsUs))
    for (const { trackNo, box } of tracks) {
      const known = newest.get(trackNo);
      const stretch = known !== undefined && ptsUs - known.lastUs <= GAP_US ? known : { lastUs: ptsUs, seen: [] };
      if (stretch !== known) all.push(stretch);
      newest.set(trackNo, stretch);
      stretch.lastUs = ptsUs;
      stretch.seen.push({ ptsUs, box });
    }
  return all.filter(({ lastUs, seen }) => lastUs - seen[0].ptsUs >= LEAST_US);
}

function isThere(run: Run, { ptsUs, box }: Stretch['seen'][number], leastIou: number): boolean {
  return run.get(ptsUs)?.tracks.some((track) => iou(track.box, box) >= leastIou) ?? false;
}

function trackCount(run: Run): number {
  return new Set([...run.values()].flatMap(({ tracks }) => tracks.map(({ trackNo }) => trackNo))).size;
}

/** What the gated run has of the other one. */
function compare(off: Run, on: Run, stillUs: number): MotionGateBench {
  const expected = stretches(off);
  const poses = [...off.values()].flatMap(({ ptsUs, tracks }) => tracks.map(({ box }) => ({ ptsUs, box })));
  const kept = poses.filter((pose) => isThere(on, pose, KEPT_IOU)).length;
  return {
    frames: off.size,
    inferenceCalls: {
      off: analysedUntil(off, Infinity),
      on: analysedUntil(on, Infinity),
      stillHalf: analysedUntil(on, stillUs),
    },
    detections: expected.length,
    detectionsLost: expected.filter(({ seen }) => !seen.some((pose) => isThere(on, pose, FOUND_IOU))).length,
    posesKept: poses.length === 0 ? 1 : kept / poses.length,
    tracks: { off: trackCount(off), on: trackCount(on) },
  };
}

/** Runs the clip twice through the services, one after the other. */
export async function benchMotionGate(options: MotionGateBenchOptions): Promise<MotionGateBench> {
  return inFolder(async (folder) => {
    const clip = path.join(folder, 'still-then-moving.mp4');
    await stillThenMoving(clip, options);
    const engine = await startEngine({ ...options, overrides: {} });
    try {
      options.progress('without a motion gate …');
      const off = await analyse(engine, clip, false);
      options.progress('with a motion gate …');
      const on = await analyse(engine, clip, true);
      return compare(off, on, options.halfSec * 1e6);
    } finally {
      await engine.stop();
    }
  });
}
