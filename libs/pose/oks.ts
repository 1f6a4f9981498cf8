import { boxArea } from '#geometry/box.js';
import { KEYPOINT_STRIDE, type Pose } from './pose.js';
import { cocoSigmas } from './skeleton.js';

/**
 * Object keypoint similarity of two poses, 0..1, or null when fewer than `minCommonJoints` joints reach `minScore` in both.
 * OKS = mean over common joints of exp(−d² / (2 s² k²)), s² the mean box area, k = 2σ (COCO keypoint evaluation).
 * `sigmaScale` widens every σ: a pose that had time to move is compared more leniently.
 */
export function oks(
  a: Pose,
  b: Pose,
  options: { readonly minScore: number; readonly minCommonJoints: number; readonly sigmaScale?: number },
): number | null {
  const areaPx2 = (boxArea(a.box) + boxArea(b.box)) / 2;
  const scale = options.sigmaScale ?? 1;
  let sum = 0;
  let common = 0;
  for (let index = 0; index < cocoSigmas.length; index++) {
    const at = index * KEYPOINT_STRIDE;
    if (a.keypoints[at + 2] < options.minScore || b.keypoints[at + 2] < options.minScore) continue;
    const dx = a.keypoints[at] - b.keypoints[at];
    const dy = a.keypoints[at + 1] - b.keypoints[at + 1];
    const k = 2 * cocoSigmas[index] * scale;
    sum += Math.exp(-(dx * dx + dy * dy) / (2 * Math.max(1, areaPx2) * k * k));
    common++;
  }
  return common < Math.max(1, options.minCommonJoints) ? null : sum / common;
}
