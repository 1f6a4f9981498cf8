import { BLAZEPOSE_JOINT_COUNT } from '../skeletons/blazepose33.js';

/**
 * One person from the BlazePose landmark model.
 * Source: Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking", arXiv 2006.10204; layout and activations from
 * MediaPipe's `tensors_to_pose_landmarks_and_segmentation` (Apache-2.0), seen at the lite model as ONNX: `ld_3d` [1, 195],
 * `poseflag` [1, 1], `world_3d` [1, 117]. Deviations: a joint's score is the lesser of visibility and presence; landmarks
 * are not refined with the heatmap, which the ONNX file does not have.
 */
export interface BlazeposeOutputs {
  /** Float32Array [at least 33 × 5]: x, y px, relative depth, logits of visibility and presence. What follows are helper points. */
  readonly landmarks: Float32Array;
  /** Float32Array [at least 33 × 3]: x right, y down, z away from the camera, metres from the middle of the hips. */
  readonly world: Float32Array;
  /** Whether there is a person in the crop, 0..1. */
  readonly presence: number;
}

export interface BlazeposePerson {
  /** Confidence in the person, 0..1. */
  readonly score: number;
  /** [33 × 3]: x px, y px in the model's input, score 0..1. */
  readonly keypoints: number[];
  /** [33 × 3]: metres as in the model's output; in a turned crop the axes are those of the crop, not of the source picture. */
  readonly world: number[];
}

const LANDMARK = 5;
const VISIBILITY = 3;
const PRESENCE = 4;

/** The person in pixels of the model's input, in the order of `blazepose33Joints`. */
export function decodeBlazepose({ landmarks, world, presence }: BlazeposeOutputs): BlazeposePerson {
  const keypoints: number[] = [];
  for (let index = 0; index < BLAZEPOSE_JOINT_COUNT; index++) {
    const at = index * LANDMARK;
    const logit = Math.min(landmarks[at + VISIBILITY], landmarks[at + PRESENCE]);
    keypoints.push(landmarks[at], landmarks[at + 1], sigmoid(logit));
  }
  return { score: presence, keypoints, world: [...world.subarray(0, 3 * BLAZEPOSE_JOINT_COUNT)] };
}

function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}
