import { seededRandom } from '#base/random.js';
import { liftJoints } from './lift-joints.js';
import { joint } from './skeleton.js';

const JOINTS = 17;
const random = seededRandom(3);
/** A body with its hips at the origin, metres. */
const body = Array.from({ length: JOINTS * 3 }, () => random() * 2 - 1);
for (const axis of [0, 1, 2]) body[3 * joint.right_hip + axis] = -body[3 * joint.left_hip + axis];

/** The body as a far camera sees it: so many pixels a metre, anywhere in the picture. */
function seen(joints: readonly number[], pxPerMetre: number, score = 1): number[] {
  return Array.from({ length: JOINTS }, (_, index) => [
    400 + pxPerMetre * joints[3 * index],
    300 + pxPerMetre * joints[3 * index + 1],
    score,
  ]).flat();
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [at, value] of actual.entries()) expect(value).toBeCloseTo(expected[at], 9);
}

describe('liftJoints', () => {
  it('changes nothing where picture and metres agree, at any size', () => {
    for (const pxPerMetre of [10, 250]) expectClose(liftJoints(seen(body, pxPerMetre), body), body);
  });

  it('takes the place of a joint from the picture and its depth from the landmark model', () => {
    // All but one agree; the one is 40 px farther right, which at 100 px a metre is 0.4 m but for what it does to middle and size.
    const keypoints = seen(body, 100);
    keypoints[3 * joint.left_wrist] += 40;
    const lifted = liftJoints(keypoints, body);
    const at = 3 * joint.left_wrist;
    expect(lifted[at] - body[at]).toBeGreaterThan(0.3);
    expect(lifted[at] - body[at]).toBeLessThan(0.45);
    expect(lifted[at + 2]).toBeCloseTo(body[at + 2], 9);
  });

  it('leaves a joint that is not surely seen where the landmark model has it', () => {
    const keypoints = seen(body, 100);
    const at = 3 * joint.left_wrist;
    keypoints.splice(at, 3, 5000, -5000, 0.59);
    expectClose(liftJoints(keypoints, body), body);
  });

  it('starts at the middle of the hips, wherever the landmark model has it', () => {
    const shifted = body.map((value, at) => value + [0.3, -0.2, 0.1][at % 3]);
    for (const score of [1, 0]) expectClose(liftJoints(seen(body, 100, score), shifted), body);
  });

  it('is finite for joints that all lie on one point', () => {
    const lifted = liftJoints(seen(body, 0), body);
    expect(lifted.every((value) => Number.isFinite(value))).toBe(true);
  });
});
