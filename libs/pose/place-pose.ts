import { applyAffine, type Affine } from '#geometry/affine.js';
import type { Box } from '#geometry/box.js';
import { toSource, type Letterbox } from '#geometry/letterbox.js';
import { KEYPOINT_STRIDE, type Pose } from './pose.js';

/** A pose in analysis pixels as a pose in source pixels; its box is cut to the source picture, its joints are not. */
export function poseToSource(pose: Pose, letterbox: Letterbox): Pose {
  const { widthPx, heightPx } = letterbox.source;
  const topLeft = toSource(letterbox, { x: pose.box[0], y: pose.box[1] });
  const bottomRight = toSource(letterbox, { x: pose.box[2], y: pose.box[3] });
  const keypoints: number[] = [];
  for (let at = 0; at < pose.keypoints.length; at += KEYPOINT_STRIDE) {
    const point = toSource(letterbox, { x: pose.keypoints[at], y: pose.keypoints[at + 1] });
    keypoints.push(point.x, point.y, pose.keypoints[at + 2]);
  }
  return {
    ...pose,
    box: [
      within(topLeft.x, widthPx),
      within(topLeft.y, heightPx),
      within(bottomRight.x, widthPx),
      within(bottomRight.y, heightPx),
    ],
    keypoints,
  };
}

function within(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, value));
}

/** A box moved through a map that only scales and shifts. */
export function movedBox([x1, y1, x2, y2]: Box, map: Affine): Box {
  const topLeft = applyAffine(map, { x: x1, y: y1 });
  const bottomRight = applyAffine(map, { x: x2, y: y2 });
  return [topLeft.x, topLeft.y, bottomRight.x, bottomRight.y];
}

/** [joints × 3] moved through a map; scores stay. */
export function movedJoints(keypoints: readonly number[], map: Affine): number[] {
  const moved: number[] = [];
  for (let at = 0; at < keypoints.length; at += KEYPOINT_STRIDE) {
    const { x, y } = applyAffine(map, { x: keypoints[at], y: keypoints[at + 1] });
    moved.push(x, y, keypoints[at + 2]);
  }
  return moved;
}

/** A pose with pixels to a hundredth, metres and scores to a thousandth: a third of the JSON, far below the detector's own error. */
export function roundPose(pose: Pose): Pose {
  const [x1, y1, x2, y2] = pose.box;
  const rounded = {
    box: [round(x1, 100), round(y1, 100), round(x2, 100), round(y2, 100)],
    score: round(pose.score, 1000),
    keypoints: pose.keypoints.map((value, at) => round(value, at % KEYPOINT_STRIDE === 2 ? 1000 : 100)),
  } satisfies Pose;
  const { joints3d } = pose;
  return joints3d === undefined ? rounded : { ...rounded, joints3d: joints3d.map((value) => round(value, 1000)) };
}

function round(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}
