import { AppError } from '#base/errors.js';
import type { ModelSession } from './model-session.js';
import { letterbox, type Size } from '#geometry/letterbox.js';
import { poseToSource, roundPose } from '#pose/place-pose.js';
import { suppressDuplicates } from '#pose/pose-nms.js';
import type { Pose } from '#pose/pose.js';

/** A frame in a session thread. */
export interface StageFrame {
  /** Raw RGB, widthPx × heightPx × 3 bytes of the analysis size; the thread's own until the batch is done. */
  readonly pixels: Uint8Array;
  readonly analysis: Size;
  /** The picture that the frame was letterboxed from. */
  readonly source: Size;
}

/** Frames in, one list of people per frame out: source pixels, best first. */
export interface Pipeline {
  /**
   * Opens all its models, or finds them open.
   * @returns the session of the model that finds the joints. @throws AppError `not-found` or `unavailable` that names the model.
   */
  readonly open: () => Promise<ModelSession>;
  readonly estimate: (frames: readonly StageFrame[]) => Promise<Pose[][]>;
}

const duplicateLimits = { maxOks: 0.9, maxIou: 0.8 };

/**
 * People in pixels of the frame as what leaves the pipeline: source pixels, nobody twice, best first.
 * @throws AppError `unavailable` for a joint that is nowhere, in the picture or in metres.
 */
export function finished(poses: readonly Pose[], { source, analysis }: StageFrame): Pose[] {
  for (const { keypoints, score, joints3d = [] } of poses) {
    if (!areNumbers([score, ...keypoints]))
      throw new AppError('unavailable', 'The models give joints whose place is no number');
    if (!areNumbers(joints3d))
      throw new AppError('unavailable', 'The models give joints whose place in metres is no number');
  }
  const box = letterbox(source, analysis);
  return suppressDuplicates(poses, duplicateLimits).map((pose) => roundPose(poseToSource(pose, box)));
}

function areNumbers(values: readonly number[]): boolean {
  return values.every((value) => Number.isFinite(value));
}
