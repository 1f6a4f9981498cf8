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
