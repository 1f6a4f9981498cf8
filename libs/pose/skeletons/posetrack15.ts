/**
 * PoseTrack: the 15 joints that its evaluation counts.
 * Source: PoseTrack 2017 challenge and poseval (`eval_helpers.Joints`, BSD-2), in their order. Left and right are the person's own.
 * `head_bottom` is the upper neck, below the chin; `head_top` the top of the skull. Files of 2018 and later have two ears more and
 * another order: see `libs/evaluation/posetrack-file.ts`.
 */
export const posetrack15Joints = [
  'right_ankle',
  'right_knee',
  'right_hip',
  'left_hip',
  'left_knee',
  'left_ankle',
  'right_wrist',
  'right_elbow',
  'right_shoulder',
  'left_shoulder',
  'left_elbow',
  'left_wrist',
  'head_bottom',
  'nose',
  'head_top',
] as const;
