/**
 * OpenPose's COCO model: the joints of COCO and a neck.
 * Source: OpenPose 1.7, output format `POSE_COCO_BODY_PARTS`. Left and right are the person's own. `neck` is what OpenPose made of
 * COCO's annotations for training: the middle of the shoulders.
 */
export const openpose18Joints = [
  'nose',
  'neck',
  'right_shoulder',
  'right_elbow',
  'right_wrist',
  'left_shoulder',
  'left_elbow',
  'left_wrist',
  'right_hip',
  'right_knee',
  'right_ankle',
  'left_hip',
  'left_knee',
  'left_ankle',
  'right_eye',
  'left_eye',
  'right_ear',
  'left_ear',
] as const;
