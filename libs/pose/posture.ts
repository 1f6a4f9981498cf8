/**
 * What a body does, from the joints of one picture. Only ratios of the body's own lengths are used, so the distance to the camera
 * cancels. Limits follow common proportions of the body (trunk 0.29, thigh 0.245, lower leg 0.246 of the height; Drillis and Contini
 * 1966), halfway between the postures they part; a camera that looks steeply down shortens trunk and legs alike.
 */
import { KEYPOINT_STRIDE } from './pose.js';
import { joint } from './skeleton.js';

/** Every posture that is told apart. `arms-raised` may come with any of the others but `lying`. */
export const postures = ['standing', 'sitting', 'crouching', 'lying', 'arms-raised'] as const;

export type Posture = (typeof postures)[number];

/** From the vertical: half way between upright and flat, and a little more, since people bend over. */
const LYING_RAD = (55 * Math.PI) / 180;
/** Of the trunk's length: a standing person's knees are 0.85 below the hips, those of a sitting person about level with them. */
const STANDING_THIGH = 0.5;
/** Of the trunk's length: a sitting person's ankles are 0.85 or more below the hips, those of a crouching one less than half of that. */
const SITTING_LEG = 0.65;
/** Of the trunk's length that the hands lie lower than the feet: on the picture of somebody upright they are far above them. */
const HANDS_BELOW_FEET = 0.1;
/** Of the trunk's length above the shoulders: about the height of the eyes. A hand at the mouth or a phone at the ear is lower. */
const RAISED = 0.4;
/** A posture counts for a span when it held for at least this share of its poses. */
const LEAST_SHARE = 0.25;

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * The postures of one pose; empty when the joints that would tell are not seen.
 * @param keypoints [17 × 3]: x px, y px (downwards), score 0..1.
 * @param minScore a joint below it is not seen.
 */
export function posturesOf(keypoints: readonly number[], minScore: number): Posture[] {
  const seen = (index: number): Place | null => {
    const [x, y, score] = keypoints.slice(index * KEYPOINT_STRIDE, (index + 1) * KEYPOINT_STRIDE);
    return score < minScore ? null : { x, y };
  };
  const hip = middle(seen(joint.left_hip), seen(joint.right_hip));
  const shoulder = middle(seen(joint.left_shoulder), seen(joint.right_shoulder));
  if (hip === null || shoulder === null) return [];
  const trunk = Math.hypot(shoulder.x - hip.x, shoulder.y - hip.y);
  if (trunk === 0) return [];
  const knee = middle(seen(joint.left_knee), seen(joint.right_knee));
  const ankle = middle(seen(joint.left_ankle), seen(joint.right_ankle));
  const [leftHand, rightHand] = [seen(joint.left_wrist), seen(joint.right_wrist)];
  const hand = middle(leftHand, rightHand);
  if (isLying({ hip, shoulder, knee, ankle }) || liesTowardsCamera({ hand, ankle }, trunk)) return ['lying'];
  const found: Posture[] = [];
  if (knee !== null) found.push(legPosture({ hip, knee, ankle }, trunk));
  // Raised hands are often out of the picture, or hold something that hides them.
  const arms = [leftHand ?? seen(joint.left_elbow), rightHand ?? seen(joint.right_elbow)];
  if (arms.some((arm) => arm !== null && shoulder.y - arm.y > RAISED * trunk)) found.push('arms-raised');
  return found;
}

/** Trunk and, where seen, legs are nearer to flat than to upright: who bends over to the floor stands on upright legs. */
function isLying(at: { hip: Place; shoulder: Place; knee: Place | null; ankle: Place | null }): boolean {
  const { hip, shoulder } = at;
  const foot = at.ankle ?? at.knee;
  const isFlat = (from: Place, to: Place): boolean =>
    Math.atan2(Math.abs(to.x - from.x), Math.abs(to.y - from.y)) > LYING_RAD;
  const headDown = shoulder.y - hip.y > 0;
  return isFlat(hip, shoulder) && (foot === null ? !headDown : isFlat(hip, foot));
}

/** Somebody flat with the head to the camera is foreshortened, so that no angle tells; hands lower in the picture than the feet do. */
function liesTowardsCamera(at: { hand: Place | null; ankle: Place | null }, trunk: number): boolean {
  return at.hand !== null && at.ankle !== null && at.hand.y - at.ankle.y > HANDS_BELOW_FEET * trunk;
}

function legPosture(at: { hip: Place; knee: Place; ankle: Place | null }, trunk: number): Posture {
  if ((at.knee.y - at.hip.y) / trunk >= STANDING_THIGH) return 'standing';
  if (at.ankle === null) return 'sitting';
  return (at.ankle.y - at.hip.y) / trunk >= SITTING_LEG ? 'sitting' : 'crouching';
}

function middle(left: Place | null, right: Place | null): Place | null {
  if (left === null || right === null) return left ?? right;
  return { x: (left.x + right.x) / 2, y: (left.y + right.y) / 2 };
}

/** The postures that held for a quarter of the poses that tell any, as bits: `1 << index in postures`. 0: none is known. */
export function postureBits(poses: readonly { readonly keypoints: readonly number[] }[], minScore: number): number {
  const found = poses.map((pose) => posturesOf(pose.keypoints, minScore)).filter((each) => each.length > 0);
  return postures.reduce((bits, posture, at) => {
    const count = found.filter((each) => each.includes(posture)).length;
    return count > 0 && count >= LEAST_SHARE * found.length ? bits | (1 << at) : bits;
  }, 0);
}

/** The postures of bits that `postureBits` made. */
export function posturesOfBits(bits: number): Posture[] {
  return postures.filter((_, at) => (bits & (1 << at)) !== 0);
}

/** Bits that have any of the given postures. */
export function bitsOfPostures(wanted: readonly Posture[]): number {
  return wanted.reduce((bits, posture) => bits | (1 << postures.indexOf(posture)), 0);
}
