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
    box: [
      within(topLeft.x, widthPx),
      within(topLeft.y, heightPx),
      within(bottomRight.x, widthPx),
      within(bottomRight.y, heightPx),
    ],
    score: pose.score,
    keypoints,
  };
}

function within(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, value));
}

/** A pose with pixels to a hundredth and scores to a thousandth: a third of the JSON, far below the detector's own error. */
export function roundPose(pose: Pose): Pose {
  const [x1, y1, x2, y2] = pose.box;
  return {
    box: [round(x1, 100), round(y1, 100), round(x2, 100), round(y2, 100)],
    score: round(pose.score, 1000),
    keypoints: pose.keypoints.map((value, at) => round(value, at % KEYPOINT_STRIDE === 2 ? 1000 : 100)),
  };
}

function round(value: number, steps: number): number {
  return Math.round(value * steps) / steps;
}
