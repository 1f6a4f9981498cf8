/**
 * Skeletons: which joints a pose has, in which order, and which of them are joined by a limb.
 * COCO-17 is the skeleton of every pose inside the product; other skeletons are converted at the border.
 * Source: COCO keypoint annotations (cocodataset.org), `categories[0].keypoints` and `.skeleton`.
 */
export const cocoJoints = [
  'nose',
  'left_eye',
  'right_eye',
  'left_ear',
  'right_ear',
  'left_shoulder',
  'right_shoulder',
  'left_elbow',
  'right_elbow',
  'left_wrist',
  'right_wrist',
  'left_hip',
  'right_hip',
  'left_knee',
  'right_knee',
  'left_ankle',
  'right_ankle',
] as const;

export type CocoJoint = (typeof cocoJoints)[number];

export const COCO_JOINT_COUNT = 17;

/** Index of each COCO joint: `joint.left_wrist`. */
export const joint = Object.fromEntries(cocoJoints.map((name, index) => [name, index])) as Readonly<
  Record<CocoJoint, number>
>;

/** Limbs as pairs of joint indices, for drawing and for bone lengths. */
export const cocoLimbs: readonly (readonly [number, number])[] = [
  [joint.left_ankle, joint.left_knee],
  [joint.left_knee, joint.left_hip],
  [joint.right_ankle, joint.right_knee],
  [joint.right_knee, joint.right_hip],
  [joint.left_hip, joint.right_hip],
  [joint.left_shoulder, joint.left_hip],
  [joint.right_shoulder, joint.right_hip],
  [joint.left_shoulder, joint.right_shoulder],
  [joint.left_shoulder, joint.left_elbow],
  [joint.left_elbow, joint.left_wrist],
  [joint.right_shoulder, joint.right_elbow],
  [joint.right_elbow, joint.right_wrist],
  [joint.nose, joint.left_eye],
  [joint.nose, joint.right_eye],
  [joint.left_eye, joint.left_ear],
  [joint.right_eye, joint.right_ear],
];

/** Per-joint standard deviations σ of COCO's annotators; OKS uses k = 2σ. Source: pycocotools `Params.setKpParams`. */
export const cocoSigmas: readonly number[] = [
  0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107, 0.087, 0.087, 0.089, 0.089,
];
