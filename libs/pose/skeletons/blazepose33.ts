/**
 * BlazePose GHUM: 33 joints of MediaPipe's pose landmark models.
 * Source: MediaPipe, `modules/pose_landmark/tensors_to_pose_landmarks_and_segmentation.pbtxt` (Apache-2.0). Left and right are the
 * person's own. `left_eye` is the middle of the eye, `…_inner` and `…_outer` its corners; `…_index`, `…_pinky` and `…_thumb`
 * are knuckles; `…_foot_index` is the tip of the big toe.
 */
export const blazepose33Joints = [
  'nose',
  'left_eye_inner',
  'left_eye',
  'left_eye_outer',
  'right_eye_inner',
  'right_eye',
  'right_eye_outer',
  'left_ear',
  'right_ear',
  'mouth_left',
  'mouth_right',
  'left_shoulder',
  'right_shoulder',
  'left_elbow',
  'right_elbow',
  'left_wrist',
  'right_wrist',
  'left_pinky',
  'right_pinky',
  'left_index',
  'right_index',
  'left_thumb',
  'right_thumb',
  'left_hip',
  'right_hip',
  'left_knee',
  'right_knee',
  'left_ankle',
  'right_ankle',
  'left_heel',
  'right_heel',
  'left_foot_index',
  'right_foot_index',
] as const;

export const BLAZEPOSE_JOINT_COUNT = 33;
