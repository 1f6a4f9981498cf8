import { KEYPOINT_STRIDE, type Pose } from '#pose/pose.js';
import type { ExportedPose } from './posetrack-file.js';

/**
 * COCO keypoint results: a list of `{image_id, category_id, keypoints [x, y, v] × 17, score}`, pixels of the source.
 * Source: https://cocodataset.org/#format-results. Visibility is 1, and 0 at 0, 0 for a joint that is
 * not there; `joint_scores` [17] is an addition.
 */

const hundredth = (value: number): number => Math.round(value * 100) / 100;
const tenThousandth = (value: number): number => Math.round(value * 10_000) / 10_000;

/** The entry of one pose. */
export function cocoResult({ keypoints, score }: Pose, imageId: number) {
  const isThere = (at: number): boolean => keypoints.slice(at - 2, at + 1).some((value) => value !== 0);
  return {
    image_id: imageId,
    category_id: 1,
    keypoints: keypoints.map((value, at) => {
      if (at % KEYPOINT_STRIDE !== 2) return hundredth(value);
      return isThere(at) ? 1 : 0;
    }),
    score: tenThousandth(score),
    joint_scores: keypoints.filter((_, at) => at % KEYPOINT_STRIDE === 2).map(tenThousandth),
  };
}

/**
 * The text of a COCO results file.
 * @param imageIdOf the image id of a source frame (from 0).
 */
export function formatCocoResults(poses: readonly ExportedPose[], imageIdOf: (frame: number) => number): string {
  const results = [...poses]
    .sort((a, b) => a.frame - b.frame || b.score - a.score)
    .map((pose) => cocoResult(pose, imageIdOf(pose.frame)));
  return `${JSON.stringify(results)}\n`;
}

/** The COCO image id in a file name such as `000000000139.jpg`; null when the name is not a number. */
export function cocoImageId(fileName: string): number | null {
  const stem = fileName.replace(/\.[^.]*$/, '');
  return /^\d{1,15}$/.test(stem) ? Number(stem) : null;
}
