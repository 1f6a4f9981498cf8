import { KEYPOINT_STRIDE } from '#pose/pose.js';
import type { ExportedPose } from './posetrack-file.js';

/**
 * COCO keypoint results: a list of `{image_id, category_id, keypoints [x, y, v] × 17, score}`, pixels of the source.
 * Source: https://cocodataset.org/#format-results. Visibility is 1 throughout; `joint_scores` [17] is an addition.
 */

/**
 * The text of a COCO results file.
 * @param imageIdOf the image id of a source frame (from 0).
 */
export function formatCocoResults(poses: readonly ExportedPose[], imageIdOf: (frame: number) => number): string {
  const hundredth = (value: number): number => Math.round(value * 100) / 100;
  const tenThousandth = (value: number): number => Math.round(value * 10_000) / 10_000;
  const results = [...poses]
    .sort((a, b) => a.frame - b.frame || b.score - a.score)
    .map((pose) => ({
      image_id: imageIdOf(pose.frame),
      category_id: 1,
      keypoints: pose.keypoints.map((value, at) => (at % KEYPOINT_STRIDE === 2 ? 1 : hundredth(value))),
      score: tenThousandth(pose.score),
      joint_scores: pose.keypoints.filter((_, at) => at % KEYPOINT_STRIDE === 2).map(tenThousandth),
    }));
  return `${JSON.stringify(results)}\n`;
}

/** The COCO image id in a file name such as `000000000139.jpg`; null when the name is not a number. */
export function cocoImageId(fileName: string): number | null {
  const stem = fileName.replace(/\.[^.]*$/, '');
  return /^\d{1,15}$/.test(stem) ? Number(stem) : null;
}
