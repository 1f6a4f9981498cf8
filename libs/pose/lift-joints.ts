import { KEYPOINT_STRIDE } from './pose.js';
import { joint } from './skeleton.js';

/**
 * Joints in metres from two answers about one person: the landmark model knows depth and size, the model of the picture knows better
 * where each joint is. What is surely seen in the picture keeps its place there, in metres of the landmark model's person; depth, and
 * whatever is not seen, come from the landmark model. The person counts as flat against their distance (weak perspective).
 *
 * Four calibrated views of one person, joints of all four against those of each single one, 56 poses, 2026-11-21 (docs/measurements.md):
 * mean distance from the truth 174 mm with the landmark model's own places, 126 mm with these; aligned 106 and 79 mm.
 */
const AXES = 3;

/** COCO joints from this score on are surely seen. Distance as above: 126 mm from 0.4, 0.5 and 0.6; people lying: 232, 216 and 211. */
const SURE_SCORE = 0.6;

/** Fewer say nothing about the size. */
const LEAST_JOINTS = 4;

/**
 * @param keypoints [17 × 3]: x px, y px, score 0..1 in COCO order.
 * @param joints3d [17 × 3] in the axes of the picture: x right, y down, z away from the camera, metres.
 * @returns [17 × 3]: the same, from the middle of the hips.
 */
export function liftJoints(keypoints: readonly number[], joints3d: readonly number[]): number[] {
  const lifted = [...joints3d];
  const seen = sureJoints(keypoints);
  if (seen.length >= LEAST_JOINTS) {
    const inPicture = flat(seen, keypoints, KEYPOINT_STRIDE);
    const inMetres = flat(seen, joints3d, AXES);
    const metresPerPx = inPicture.spread > 0 ? inMetres.spread / inPicture.spread : 0;
    for (const index of seen) {
      lifted[index * AXES] = inMetres.x + metresPerPx * (keypoints[index * KEYPOINT_STRIDE] - inPicture.x);
      lifted[index * AXES + 1] = inMetres.y + metresPerPx * (keypoints[index * KEYPOINT_STRIDE + 1] - inPicture.y);
    }
  }
  return fromHips(lifted);
}

function sureJoints(keypoints: readonly number[]): number[] {
  const indices: number[] = [];
  for (let at = 0; at < keypoints.length; at += KEYPOINT_STRIDE)
    if (keypoints[at + 2] >= SURE_SCORE) indices.push(at / KEYPOINT_STRIDE);
  return indices;
}

/** Middle of joints in x and y, and their mean distance from it (root of the mean square). */
function flat(
  indices: readonly number[],
  values: readonly number[],
  stride: number,
): { readonly x: number; readonly y: number; readonly spread: number } {
  const mean = (of: (at: number) => number): number =>
    indices.reduce((sum, index) => sum + of(index * stride), 0) / indices.length;
  const [x, y] = [mean((at) => values[at]), mean((at) => values[at + 1])];
  return { x, y, spread: Math.sqrt(mean((at) => (values[at] - x) ** 2 + (values[at + 1] - y) ** 2)) };
}

function fromHips(joints: readonly number[]): number[] {
  const hip = (axis: number): number =>
    (joints[joint.left_hip * AXES + axis] + joints[joint.right_hip * AXES + axis]) / 2;
  const middle = [hip(0), hip(1), hip(2)];
  return joints.map((value, at) => value - middle[at % AXES]);
}
