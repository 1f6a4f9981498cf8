import { seededRandom } from '#base/random.js';
import { embedPose, poseDistance } from '#pose/pose-embedding.js';
import { postures, posturesOf } from '#pose/posture.js';
import { cocoLimbs, joint } from '#pose/skeleton.js';
import { bodyPresets, presetOf } from './body-presets.js';
import {
  dragged,
  handles,
  keypointsOf,
  mirroredBody,
  readBody,
  trunkOf,
  writeBody,
  type Body,
  type Place,
} from './body.js';

const SEED = 4;
const { standing } = bodyPresets;
const far = (a: Place, b: Place): number => Math.hypot(a[0] - b[0], a[1] - b[1]);
const hips: readonly number[] = [joint.left_hip, joint.right_hip];
/** Of every limb, and of the spine instead of the two sides of the trunk, which bends. */
const lengths = (body: Body): number[] => [
  far(...trunkOf(body)),
  ...cocoLimbs
    .filter(([a, b]) => !(a === joint.left_shoulder || a === joint.right_shoulder) || !hips.includes(b))
    .map(([a, b]) => far(body[a], body[b])),
];

describe.each(postures)('the preset "%s"', (posture) => {
  const body = bodyPresets[posture];

  it('is that posture to the rules that search by posture', () => {
    expect(posturesOf(keypointsOf(body), 0.2)).toContain(posture);
  });

  it('lies in its square, reads back from an address, and is known again', () => {
    expect(body.flat().every((value) => value >= 0 && value <= 1000)).toBe(true);
    expect(readBody(writeBody(body))).toEqual(body);
    expect(presetOf(body)).toBe(posture);
    expect(presetOf(dragged(body, 'left_wrist', { to: [10, 10], isFree: true }))).toBeNull();
  });

  it.each(handles)('keeps the length of every limb while its %s is dragged anywhere', (name) => {
    const random = seededRandom(SEED);
    let now = body;
    for (let step = 0; step < 30; step++) {
      now = dragged(now, name, { to: [1000 * random(), 1000 * random()], isFree: false });
      lengths(now).forEach((length, limb) => {
        expect(length).toBeCloseTo(lengths(body)[limb], 6);
      });
    }
  });
});

it.each(['left_wrist', 'right_ankle'] as const)('a %s goes where it is dragged if the limb reaches there', (name) => {
  const to: Place = [standing[joint[name]][0] + 20, standing[joint[name]][1] - 60];
  expect(far(dragged(standing, name, { to, isFree: false })[joint[name]], to)).toBeLessThan(1e-6);
});

it('hips that go down leave the feet where they are and bend the knees', () => {
  const [x, y] = standing[joint.left_hip];
  const body = dragged(standing, 'left_hip', { to: [x, y + 150], isFree: false });
  for (const index of [joint.left_ankle, joint.right_ankle])
    expect(far(body[index], standing[index])).toBeLessThan(1e-6);
  expect(body[joint.nose][1]).toBeCloseTo(standing[joint.nose][1] + 150);
});

it.each([
  ['left_wrist', 120, -200],
  ['right_wrist', -120, -200],
  ['left_wrist', -120, -150],
  ['right_wrist', 120, -150],
] as const)('a %s that is lifted lets the elbow hang', (name, dx, dy) => {
  const elbow = joint[name] - 2;
  let body = standing;
  for (let step = 1; step <= 6; step++) {
    const [x, y] = standing[joint[name]];
    body = dragged(body, name, { to: [x + (dx * step) / 6, y + (dy * step) / 6], isFree: false });
  }
  expect(body[elbow][1]).toBeGreaterThan(body[joint[name]][1]);
});

it('knees bend away from each other in a body that faces the viewer', () => {
  const body = dragged(standing, 'left_hip', { to: [548, 650], isFree: false });
  expect(body[joint.left_knee][0]).toBeGreaterThan(standing[joint.left_knee][0] + 50);
  expect(body[joint.right_knee][0]).toBeLessThan(standing[joint.right_knee][0] - 50);
});

it('a free joint goes anywhere, alone', () => {
  const body = dragged(standing, 'left_elbow', { to: [900, 100], isFree: true });
  expect(body.filter((place, index) => far(place, standing[index]) > 0)).toEqual([[900, 100]]);
});

it('a mirrored body is the same pose, and mirrored twice the same body', () => {
  const body = dragged(bodyPresets.sitting, 'left_wrist', { to: [700, 300], isFree: false });
  const [one, other] = [body, mirroredBody(body)].map((each) => embedPose(keypointsOf(each), 0.2));
  expect(poseDistance(one ?? new Int8Array(), other ?? new Int8Array())).toBeLessThan(0.006);
  mirroredBody(mirroredBody(body)).forEach((place, index) => {
    expect(far(place, body[index])).toBeLessThan(1e-6);
  });
});

it.each([undefined, '', '1_2', writeBody(standing) + '_5', writeBody(standing).replace('500', 'x'), '_'.repeat(33)])(
  '%j in an address is no body',
  (text) => {
    expect(readBody(text)).toBeNull();
  },
);
