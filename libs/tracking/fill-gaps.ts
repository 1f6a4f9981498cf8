import type { Box } from '#geometry/box.js';
import { KEYPOINT_STRIDE, type Pose } from '#pose/pose.js';

/**
 * Poses of one track in frames that missed it: between two observations that lie close together, box, joints and scores move in a straight
 * line. For output only; the tracker itself goes on with what was seen.
 */
export interface TimedPose extends Pose {
  /** Media time, microseconds. */
  readonly ptsUs: number;
}

/**
 * @param seen one track, in order of time.
 * @param frames media times of all analysed frames, ascending, microseconds.
 * @param maxGapUs a longer gap stays empty.
 * @returns the poses to add, in order of time.
 */
export function fillGaps<T extends TimedPose>(seen: readonly T[], frames: readonly number[], maxGapUs: number): T[] {
  const added: T[] = [];
  let next = 0;
  for (const [index, before] of seen.slice(0, -1).entries()) {
    const after = seen[index + 1];
    while (next < frames.length && frames[next] <= before.ptsUs) next++;
    if (after.ptsUs - before.ptsUs > maxGapUs) continue;
    for (; next < frames.length && frames[next] < after.ptsUs; next++)
      added.push({ ...before, ...between(before, after, frames[next]) });
  }
  return added;
}

function between(before: TimedPose, after: TimedPose, ptsUs: number): TimedPose {
  const way = (ptsUs - before.ptsUs) / (after.ptsUs - before.ptsUs);
  const mix = (a: number, b: number): number => a + way * (b - a);
  const box: Box = [
    mix(before.box[0], after.box[0]),
    mix(before.box[1], after.box[1]),
    mix(before.box[2], after.box[2]),
    mix(before.box[3], after.box[3]),
  ];
  const keypoints = before.keypoints.map((value, at) => {
    const other = after.keypoints[at];
    // A joint is worth no more than where it was seen worst.
    return at % KEYPOINT_STRIDE === 2 ? Math.min(value, other) : mix(value, other);
  });
  return { ptsUs, box, score: Math.min(before.score, after.score), keypoints, joints3d: undefined };
}
