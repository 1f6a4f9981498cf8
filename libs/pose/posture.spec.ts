import { cocoJoints, type CocoJoint } from './skeleton.js';
import { bitsOfPostures, postureBits, postures, posturesOf, posturesOfBits } from './posture.js';

type Places = Partial<Record<CocoJoint, readonly [number, number]>>;

/** A body of trunk length 30 seen from the front, hips at (0, 0); `moved` puts joints elsewhere, `hidden` are not seen. */
function body(moved: Places = {}, hidden: readonly CocoJoint[] = []): number[] {
  const upright: Places = {
    nose: [0, -45],
    left_eye: [2, -47],
    right_eye: [-2, -47],
    left_ear: [4, -46],
    right_ear: [-4, -46],
    left_shoulder: [10, -30],
    right_shoulder: [-10, -30],
    left_elbow: [12, -12],
    right_elbow: [-12, -12],
    left_wrist: [13, 3],
    right_wrist: [-13, 3],
    left_hip: [6, 0],
    right_hip: [-6, 0],
    left_knee: [6, 25],
    right_knee: [-6, 25],
    left_ankle: [6, 50],
    right_ankle: [-6, 50],
  };
  return cocoJoints.flatMap((name) => {
    const [x, y] = moved[name] ?? upright[name] ?? [0, 0];
    return [x, y, hidden.includes(name) ? 0.05 : 0.8];
  });
}

const sitting: Places = { left_knee: [8, 6], right_knee: [-8, 6], left_ankle: [8, 32], right_ankle: [-8, 32] };
const crouching: Places = { left_knee: [14, -4], right_knee: [-14, -4], left_ankle: [6, 12], right_ankle: [-6, 12] };
const turned = (keypoints: readonly number[], rad: number): number[] =>
  cocoJoints.flatMap((_, at) => {
    const [x, y, score] = keypoints.slice(3 * at, 3 * at + 3);
    return [x * Math.cos(rad) - y * Math.sin(rad), x * Math.sin(rad) + y * Math.cos(rad), score];
  });
const legs: CocoJoint[] = ['left_knee', 'right_knee', 'left_ankle', 'right_ankle'];
const hands: CocoJoint[] = ['left_wrist', 'right_wrist'];
/** Hardly any trunk, hands below everything, legs behind the trunk. */
const towardsCamera: Places = {
  left_knee: [6, 14],
  right_knee: [-6, 14],
  left_ankle: [5, 20],
  right_ankle: [-5, 20],
  left_elbow: [16, 10],
  right_elbow: [-16, 10],
  left_wrist: [15, 40],
  right_wrist: [-15, 40],
};
const bentOver: Places = {
  left_shoulder: [28, -2],
  right_shoulder: [28, 2],
  left_wrist: [30, 20],
  right_wrist: [30, 22],
};

it.each([
  ['an upright body', body(), ['standing']],
  ['a stride', body({ left_knee: [12, 22], left_ankle: [22, 44], right_ankle: [-14, 46] }), ['standing']],
  ['thighs that point at the camera', body(sitting), ['sitting']],
  ['thighs level and ankles hidden', body(sitting, ['left_ankle', 'right_ankle']), ['sitting']],
  ['hips down at the heels', body(crouching), ['crouching']],
  ['a body on its side', turned(body(), Math.PI / 2), ['lying']],
  ['a body on its other side', turned(body(), -Math.PI / 2), ['lying']],
  ['a flat trunk with hidden legs', turned(body({}, legs), 1.4), ['lying']],
  ['somebody who bends over on straight legs', body(bentOver), ['standing']],
  ['a raised hand', body({ left_wrist: [14, -55] }), ['standing', 'arms-raised']],
  [
    'both hands up while sitting',
    body({ ...sitting, left_wrist: [9, -50], right_wrist: [-9, -50] }),
    ['sitting', 'arms-raised'],
  ],
  [
    'arms up and hands out of sight',
    body({ left_elbow: [11, -45], right_elbow: [-11, -45] }, hands),
    ['standing', 'arms-raised'],
  ],
  ['a hand at the mouth', body({ left_wrist: [4, -40], left_elbow: [14, -22] }), ['standing']],
  ['a body with the head to the camera, on its hands', body(towardsCamera), ['lying']],
  ['hands at the height of the shoulders', body({ left_wrist: [40, -31], right_wrist: [-40, -31] }), ['standing']],
  ['one leg only', body({}, ['left_knee', 'left_ankle']), ['standing']],
  ['hidden legs', body({}, legs), []],
  ['hidden hips', body({}, ['left_hip', 'right_hip']), []],
  ['a body without extent', new Array<number>(51).fill(0.5), []],
])('%s', (_, keypoints, expected) => {
  expect(posturesOf(keypoints, 0.2)).toEqual(expected);
  const farAway = keypoints.map((value, at) => (at % 3 === 2 ? value : value * 0.2 + 700));
  expect(posturesOf(farAway, 0.2)).toEqual(expected);
  const mirror = keypoints.map((value, at) => (at % 3 === 0 ? -value : value));
  expect(posturesOf(mirror, 0.2)).toEqual(expected);
});

it('names a posture of a span when it held for a quarter of the poses that tell', () => {
  const pose = (keypoints: readonly number[]) => ({ keypoints });
  const unknown = Array.from({ length: 20 }, () => pose(body({}, ['left_hip', 'right_hip'])));
  const stands = Array.from({ length: 4 }, () => pose(body()));
  const lies = pose(turned(body(), Math.PI / 2));
  expect(posturesOfBits(postureBits([...unknown, ...stands, lies], 0.2))).toEqual(['standing']);
  expect(posturesOfBits(postureBits([...unknown, ...stands, lies, lies], 0.2))).toEqual(['standing', 'lying']);
  expect(postureBits(unknown, 0.2)).toBe(0);
});

it('turns names into bits and back', () => {
  expect(posturesOfBits(bitsOfPostures(postures))).toEqual(postures);
  expect(bitsOfPostures(['lying'])).toBe(1 << postures.indexOf('lying'));
});
