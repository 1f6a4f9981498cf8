import { AppError } from '#base/errors.js';
import type { Database } from './database.js';
import { momentsOf, type TracksOfRun } from './moments.js';

/** The frames of a recording: PTS of each, microseconds, ascending. Whoever exports reads them from the file. */
export type ReadFrameTimes = (file: string) => Promise<Float64Array>;

/** How the frames of what was analysed or imported are numbered, from 0. */
export interface SourceFrames {
  readonly frameCount: number;
  /** The frame of a stored media time, microseconds; null for one that a live camera added since the frames were counted. */
  readonly frameOf: (ptsUs: number) => number | null;
  /** Image id of each frame; null: the imported file had none of its own, or it is no such file. */
  readonly imageIds: readonly number[] | null;
}

/**
 * The frames that the poses of a run belong to: those of the recording; those of the imported file; for a live camera, which has no
 * numbers, its moments that have a pose, in order.
 * @throws AppError `not-found` when the recording is gone.
 */
export async function sourceFrames(
  database: Database,
  run: TracksOfRun,
  readFrameTimes: ReadFrameTimes,
): Promise<SourceFrames> {
  const video = await database.video.findUnique({ where: { cameraId: run.cameraId } });
  if (video === null) return framesAt(await distinctTimes(database, run), null);
  const { path, frameRate, frameCount, imageIds } = video;
  const ids = Array.isArray(imageIds) ? imageIds.map(Number) : null;
  if (path !== '') return { ...framesAt(await readFrameTimes(path), video.fileName), imageIds: ids };
  const frameOf = (ptsUs: number): number => Math.round((ptsUs * (frameRate ?? 1)) / 1e6);
  return { frameCount: frameCount ?? 0, frameOf, imageIds: ids };
}

/** `file`: a recording, whose frames are all there; null: a live camera, which may go on. */
function framesAt(times: Float64Array, file: string | null): SourceFrames {
  const frameOf = (ptsUs: number): number | null => {
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (times[middle] < ptsUs) low = middle + 1;
      else high = middle;
    }
    if (times[low] === ptsUs) return low;
    if (file === null) return null;
    throw new AppError('data-loss', `${file} has no frame at ${ptsUs} µs, but a pose is stored for it.`);
  };
  return { frameCount: times.length, frameOf, imageIds: null };
}

/** 8 bytes for each frame of a run: 7 MB for a day at ten a second. */
async function distinctTimes(database: Database, run: TracksOfRun): Promise<Float64Array> {
  let times = new Float64Array(1024);
  let count = 0;
  for await (const { ptsUs } of momentsOf(database, run)) {
    if (count === times.length) {
      const larger = new Float64Array(2 * count);
      larger.set(times);
      times = larger;
    }
    times[count++] = ptsUs;
  }
  return times.slice(0, count).sort();
}
