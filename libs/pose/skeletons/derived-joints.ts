import type { cocoJoints } from '../skeleton.js';
import type { blazepose33Joints } from './blazepose33.js';
import type { lsp14Joints } from './lsp14.js';
import type { openpose18Joints } from './openpose18.js';
import type { posetrack15Joints } from './posetrack15.js';

/** Every joint of every skeleton. The same name in two skeletons is the same place on the body. */
export type JointName =
  | (typeof cocoJoints)[number]
  | (typeof posetrack15Joints)[number]
  | (typeof openpose18Joints)[number]
  | (typeof blazepose33Joints)[number]
  | (typeof lsp14Joints)[number];

/** A joint as a weighted mean of others; the weights add up to 1. */
type Derivation = Readonly<Partial<Record<JointName, number>>>;

/**
 * Where the parts of the head lie on the way from the middle of the shoulders (0) to the nose (1).
 * Medians over 13 people of three annotated PoseTrack18 frames (2026-11-21).
 */
const HEAD_BOTTOM_AT = 0.3;
const HEAD_TOP_AT = 1.5;

/** The nose on the way from `head_bottom` to `head_top`: what the two factors above say. */
const NOSE_AT = (1 - HEAD_BOTTOM_AT) / (HEAD_TOP_AT - HEAD_BOTTOM_AT);

/**
 * How a joint that a skeleton lacks is placed, where the skeleton has the joints this needs. What is not here cannot be told from
 * other joints: eyes and ears (which way does the face look?), hands, feet, the corners of the mouth.
 */
export const derivedJoints: Readonly<Partial<Record<JointName, Derivation>>> = {
  neck: { left_shoulder: 0.5, right_shoulder: 0.5 },
  head_bottom: onHeadAxis(HEAD_BOTTOM_AT),
  head_top: onHeadAxis(HEAD_TOP_AT),
  nose: { head_bottom: 1 - NOSE_AT, head_top: NOSE_AT },
};

function onHeadAxis(way: number): Derivation {
  return { left_shoulder: (1 - way) / 2, right_shoulder: (1 - way) / 2, nose: way };
}
