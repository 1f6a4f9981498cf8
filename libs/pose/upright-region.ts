import type { Box } from '#geometry/box.js';
import { KEYPOINT_STRIDE } from './pose.js';
import { joint } from './skeleton.js';

/**
 * Where a whole person is and which way is up for them: a square around the circle about the middle of the hips that reaches the joint
 * farthest away, turned so that the line from hips to shoulders goes up.
 * Source: Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking", arXiv 2006.10204, section 2.2. Deviation: the circle
 * is drawn around known joints; BlazePose predicts it from the face.
 */
export interface UprightRegion {
  /** A square in the person's own axes: it lies in the picture turned by `rotationRad` about its middle. */
  readonly box: Box;
  /** How far the person is turned clockwise (y down), −π..π; 0: upright. */
  readonly rotationRad: number;
}

/** Joints below this do not say how far the person reaches. */
const SEEN_SCORE = 0.2;

/** @param keypoints [17 × 3]: x px, y px, score 0..1 in COCO order. The torso counts even where it is guessed. */
export function uprightRegion(keypoints: readonly number[]): UprightRegion {
  const [hipsX, hipsY] = middle(keypoints, joint.left_hip, joint.right_hip);
  const [shouldersX, shouldersY] = middle(keypoints, joint.left_shoulder, joint.right_shoulder);
  const [upX, upY] = [shouldersX - hipsX, shouldersY - hipsY];
  let radius = Math.hypot(upX, upY);
  for (let at = 0; at < keypoints.length; at += KEYPOINT_STRIDE)
    if (keypoints[at + 2] >= SEEN_SCORE)
      radius = Math.max(radius, Math.hypot(keypoints[at] - hipsX, keypoints[at + 1] - hipsY));
  return {
    box: [hipsX - radius, hipsY - radius, hipsX + radius, hipsY + radius],
    rotationRad: Math.atan2(upX, -upY),
  };
}

function middle(keypoints: readonly number[], left: number, right: number): readonly [number, number] {
  const [a, b] = [left * KEYPOINT_STRIDE, right * KEYPOINT_STRIDE];
  return [(keypoints[a] + keypoints[b]) / 2, (keypoints[a + 1] + keypoints[b + 1]) / 2];
}
