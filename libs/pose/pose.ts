import type { Box } from '#geometry/box.js';

/** Numbers per joint in `Pose.keypoints`: x, y, score. */
export const KEYPOINT_STRIDE = 3;

/**
 * One person found in one frame, in pixels of the source picture (not of the letterboxed analysis picture).
 * Plain arrays, so that a pose is JSON as it stands.
 */
export interface Pose {
  readonly box: Box;
  /** Confidence in the person, 0..1. */
  readonly score: number;
  /** [17 × 3] in COCO order: x px, y px, score 0..1. A joint is always placed; its score says how much it is worth. */
  readonly keypoints: readonly number[];
  /** [17 × 3] in COCO order: x right, y down, z away from the camera, metres from the middle of the hips; absent where unknown. */
  readonly joints3d?: readonly number[] | undefined;
}
