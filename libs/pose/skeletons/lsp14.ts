/**
 * Leeds Sports Pose: 14 joints.
 * Source: Johnson, Everingham, "Clustered Pose and Nonlinear Appearance Models for Human Pose Estimation", BMVC 2010, and the
 * data set's README. Left and right are the person's own. The data set's "neck" lies where the head begins, as PoseTrack's
 * `head_bottom` does, not between the shoulders as OpenPose's; so it has that name here.
 */
export const lsp14Joints = [
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
  'head_top',
] as const;
