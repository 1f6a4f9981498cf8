import type { FramePair } from './pose-sequence.js';

/** A joint counts as found up to this distance, in head sizes (PCKh@0.5). */
export const MAX_DISTANCE = 0.5;

/** One joint class in one frame: who has the joint, and how far apart they are. */
export interface JointFrame {
  /** Track ids of the people of the ground truth that have the joint. */
  readonly objects: readonly number[];
  readonly hypotheses: readonly number[];
  /** [objects][hypotheses]: distance in head sizes of the object. */
  readonly distances: readonly (readonly number[])[];
}

/** Distance of joint `at` from a person of the ground truth to a predicted one, in head sizes; Infinity where one lacks it. */
export function jointDistance(frame: FramePair, pair: { truth: number; predicted: number }, at: number): number {
  const { joints, headSizePx } = frame.truth[pair.truth];
  const [object, hypothesis] = [joints[at], frame.predicted[pair.predicted].joints[at]];
  if (object === null || hypothesis === null || headSizePx === null) return Infinity;
  return Math.hypot(object.x - hypothesis.x, object.y - hypothesis.y) / headSizePx;
}

/** The frames of one sequence for joint `at` alone. */
export function jointFrames(frames: readonly FramePair[], at: number): readonly JointFrame[] {
  return frames.map((frame) => {
    const rows = [...frame.truth.keys()].filter((row) => frame.truth[row].joints[at] !== null);
    const columns = [...frame.predicted.keys()].filter((column) => frame.predicted[column].joints[at] !== null);
    return {
      objects: rows.map((row) => frame.truth[row].trackId),
      hypotheses: columns.map((column) => frame.predicted[column].trackId),
      distances: rows.map((truth) => columns.map((predicted) => jointDistance(frame, { truth, predicted }, at))),
    };
  });
}
