/**
 * The body that a person poses to look for it: 17 joints in a square of 1000 × 1000, y downwards. Limbs turn and do not stretch: a hand
 * or foot takes its elbow or knee along (two bones, law of cosines), shoulders turn the trunk, hips move it over standing feet.
 */
import { COCO_JOINT_COUNT, cocoJoints, joint, type CocoJoint } from '#pose/skeleton.js';

/** A place in the square. */
export type Place = readonly [x: number, y: number];

/** A place for each joint, in COCO order. */
export type Body = readonly Place[];

/** Length of a side of the square. */
export const BODY_UNITS = 1000;

const FARTHEST = 9999;
/** How much lower one way of bending an arm must be than the other to be taken, in lengths of the upper arm. */
const HANGING = 0.35;
const headJoints = [joint.nose, joint.left_eye, joint.right_eye, joint.left_ear, joint.right_ear];

/** Joints that can be taken hold of: the head as a whole is moved by the nose. */
export const handles = cocoJoints.filter((name) => name === 'nose' || !headJoints.includes(joint[name]));

/** Arms and legs, from the trunk outwards. */
const chains: readonly (readonly [root: number, middle: number, end: number])[] = [
  [joint.left_shoulder, joint.left_elbow, joint.left_wrist],
  [joint.right_shoulder, joint.right_elbow, joint.right_wrist],
  [joint.left_hip, joint.left_knee, joint.left_ankle],
  [joint.right_hip, joint.right_knee, joint.right_ankle],
];
const [leftArm, rightArm, leftLeg, rightLeg] = chains;
const upperBody = [...headJoints, ...leftArm, ...rightArm];

const middleOf = ([ax, ay]: Place, [bx, by]: Place): Place => [(ax + bx) / 2, (ay + by) / 2];
const angleOf = ([ax, ay]: Place, [bx, by]: Place): number => Math.atan2(by - ay, bx - ax);
const lengthOf = ([ax, ay]: Place, [bx, by]: Place): number => Math.hypot(bx - ax, by - ay);
const beside = ([x, y]: Place, length: number, rad: number): Place => [
  x + length * Math.cos(rad),
  y + length * Math.sin(rad),
];

/** Where the trunk begins and ends: the middle of the hips, and of the shoulders. */
export function trunkOf(body: Body): readonly [hips: Place, neck: Place] {
  return [
    middleOf(body[joint.left_hip], body[joint.right_hip]),
    middleOf(body[joint.left_shoulder], body[joint.right_shoulder]),
  ];
}

/** The body after a joint was dragged towards a place. `isFree`: that joint goes there alone, and its limbs stretch. */
export function dragged(body: Body, name: CocoJoint, drag: { readonly to: Place; readonly isFree: boolean }): Body {
  const index = joint[name];
  const { to, isFree } = drag;
  if (isFree)
    return moved(body, index === joint.nose ? headJoints : [index], [to[0] - body[index][0], to[1] - body[index][1]]);
  const [hips, neck] = trunkOf(body);
  if (index === joint.nose) return turned(body, headJoints, { around: neck, rad: turn(neck, body[index], to) });
  if (index === joint.left_shoulder || index === joint.right_shoulder)
    return turned(body, upperBody, { around: hips, rad: turn(hips, body[index], to) });
  if (index === joint.left_hip || index === joint.right_hip)
    return overFeet(body, [to[0] - body[index][0], to[1] - body[index][1]]);
  const chain = chains.find(([, ...movable]) => movable.includes(index));
  if (chain === undefined) return body;
  const [root, middle, end] = chain;
  if (index === end) return reached(body, chain, to);
  return turned(body, [middle, end], { around: body[root], rad: turn(body[root], body[middle], to) });
}

function turn(around: Place, from: Place, to: Place): number {
  return angleOf(around, to) - angleOf(around, from);
}

function moved(body: Body, joints: readonly number[], [dx, dy]: Place): Body {
  return body.map(([x, y], index) => (joints.includes(index) ? [x + dx, y + dy] : [x, y]));
}

function turned(body: Body, joints: readonly number[], by: { readonly around: Place; readonly rad: number }): Body {
  const { around, rad } = by;
  return body.map((place, index) =>
    joints.includes(index) ? beside(around, lengthOf(around, place), angleOf(around, place) + rad) : place,
  );
}

/** Trunk, head and arms go along; feet stay where they are as far as the legs reach. */
function overFeet(body: Body, by: Place): Body {
  const lifted = moved(body, [...upperBody, joint.left_hip, joint.right_hip], by);
  return [leftLeg, rightLeg].reduce((standing, leg) => {
    const [root, middle, end] = leg;
    // The legs of the body before, hung on its new hips: so their lengths are those from before.
    const hung = standing.map((place, index) =>
      index === middle || index === end
        ? ([
            body[index][0] + standing[root][0] - body[root][0],
            body[index][1] + standing[root][1] - body[root][1],
          ] as const)
        : place,
    );
    return reached(hung, leg, body[end]);
  }, lifted);
}

/** Hand or foot at `to`, or as near as the limb reaches. */
function reached(body: Body, [root, middle, end]: (typeof chains)[number], to: Place): Body {
  const [from, bend] = [body[root], body[middle]];
  const [upper, lower] = [lengthOf(from, bend), lengthOf(bend, body[end])];
  const far = Math.min(upper + lower, Math.max(Math.abs(upper - lower), lengthOf(from, to)));
  const towards = angleOf(from, to);
  const cosine = upper * far === 0 ? 1 : (upper ** 2 + far ** 2 - lower ** 2) / (2 * upper * far);
  const opening = Math.acos(Math.min(1, Math.max(-1, cosine)));
  const bent = Math.sin(angleOf(from, bend) - angleOf(from, body[end]));
  const [one, other] = [beside(from, upper, towards + opening), beside(from, upper, towards - opening)];
  // Elbows hang; where neither way hangs much lower, the arm stays bent as it was.
  const drop = one[1] - other[1];
  const isOne = root < joint.left_hip && Math.abs(drop) > HANGING * upper ? drop > 0 : bent >= 0;
  const elbow = isOne ? one : other;
  return body.map((place, index) => (index === middle ? elbow : index === end ? beside(from, far, towards) : place));
}

/** The same body seen in a mirror. */
export function mirroredBody(body: Body): Body {
  return body.map((_, index) => {
    const [x, y] = body[index === joint.nose ? index : index % 2 === 1 ? index + 1 : index - 1];
    return [BODY_UNITS - x, y];
  });
}

/** [17 × 3] x, y, score: every joint counts as seen. */
export function keypointsOf(body: Body): number[] {
  return body.flatMap(([x, y]) => [x, y, 1]);
}

/** The text of a body in an address: x and y of each joint, whole numbers. */
export function writeBody(body: Body): string {
  return body.flatMap((place) => place.map((value) => Math.round(value))).join('_');
}

/** The body of an address; null when it is none. */
export function readBody(text: string | undefined): Body | null {
  const numbers = (text ?? '').split('_').map((part) => (/^-?\d{1,4}$/.test(part) ? Number(part) : NaN));
  if (numbers.length !== 2 * COCO_JOINT_COUNT || !numbers.every((each) => Math.abs(each) <= FARTHEST)) return null;
  return Array.from({ length: COCO_JOINT_COUNT }, (_, at) => [numbers[2 * at], numbers[2 * at + 1]]);
}
