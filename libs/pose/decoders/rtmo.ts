import { KEYPOINT_STRIDE, type Pose } from '../pose.js';
import { COCO_JOINT_COUNT } from '../skeleton.js';

/**
 * People from RTMO, a one-stage model whose exported graph decodes and suppresses duplicates itself.
 * Source: Lu et al., "RTMO: Towards High-Performance One-Stage Real-Time Multi-Person Pose Estimation", CVPR 2024; the outputs `dets`
 * and `keypoints` of MMDeploy's export (`pose-detection_rtmo_onnxruntime_dynamic`, its `rtmo_head.py` and `_select_nms_index`, Apache-2.0).
 * There every picture of a batch has as many rows as the one with most people; what is left over repeats the first or the last cell of
 * the grid, with the score of that cell: next to nothing, or that of somebody who is there already and goes with the other duplicates.
 */
export interface RtmoOutputs {
  /** Rows of both outputs. */
  readonly people: number;
  /** Float32Array [people × 5]: x1, y1, x2, y2 in pixels of the model's input, score 0..1. */
  readonly dets: Float32Array;
  /** Float32Array [people × 17 × 3]: x px, y px, score 0..1 in COCO order. */
  readonly keypoints: Float32Array;
}

export interface RtmoSettings {
  /** Least score of a person that is returned, 0..1. */
  readonly minScore: number;
  /** Most people that are returned, best first. */
  readonly maxPeople: number;
}

const DETECTION = 5;
const PERSON = COCO_JOINT_COUNT * KEYPOINT_STRIDE;

/** The people in pixels of the model's input, best first. */
export function decodeRtmo({ people, dets, keypoints }: RtmoOutputs, settings: RtmoSettings): Pose[] {
  const poses: Pose[] = [];
  for (let row = 0; row < people; row++) {
    const [x1, y1, x2, y2, score] = dets.subarray(row * DETECTION, (row + 1) * DETECTION);
    if (!(score >= settings.minScore)) continue;
    poses.push({ box: [x1, y1, x2, y2], score, keypoints: [...keypoints.subarray(row * PERSON, (row + 1) * PERSON)] });
  }
  return poses.sort((a, b) => b.score - a.score).slice(0, settings.maxPeople);
}
