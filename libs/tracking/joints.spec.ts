import { seededRandom } from '#base/random.js';
import { joint } from '#pose/skeleton.js';
import { uprightPose } from '#testing/scenes.js';
import { carryJoints, JOINT_STATE_STRIDE, smoothedKeypoints, startJoints, stepJoints } from './joints.js';

const random = seededRandom(9);
const body = { foot: { x: 200, y: 400 }, heightPx: 100, strideRad: 0, score: 0.9, noise: 0 };
const wrist = joint.left_wrist;
const withWrist = (keypoints: readonly number[], x: number, score: number) =>
  keypoints.map((value, at) => (at === 3 * wrist ? x : at === 3 * wrist + 2 ? score : value));
const still = { dtSec: 0.1, shift: { x: 0, y: 0 }, heightPx: 100, minScore: 0.2 };
const upright = uprightPose(body, random).keypoints;
const xOfWrist = (state: readonly number[]) => state[JOINT_STATE_STRIDE * wrist];

describe('joints of a track', () => {
  it('starts on what is seen', () => {
    const smoothed = smoothedKeypoints(startJoints(upright), upright);
    smoothed.forEach((value, at) => {
      expect(Math.abs(value - upright[at])).toBeLessThanOrEqual(0.0501);
    });
  });

  it('follows a walking body without lag', () => {
    let state = startJoints(upright);
    for (let i = 1; i <= 20; i++) {
      const { keypoints } = uprightPose({ ...body, foot: { x: 200 + 10 * i, y: 400 } }, random);
      state = stepJoints(state, { ...still, keypoints, shift: { x: 10, y: 0 } });
    }
    expect(xOfWrist(state)).toBeCloseTo(upright[3 * wrist] + 200, 0);
  });

  it('calms a shaking joint', () => {
    const noise = seededRandom(1);
    let state = startJoints(upright);
    const offsets: number[] = [];
    for (let i = 0; i < 200; i++) {
      const x = upright[3 * wrist] + 4 * (noise() - 0.5);
      state = stepJoints(state, { ...still, keypoints: withWrist(upright, x, 0.8) });
      offsets.push(Math.abs(xOfWrist(state) - upright[3 * wrist]));
    }
    expect(offsets.reduce((sum, offset) => sum + offset, 0) / offsets.length).toBeLessThan(0.8);
  });

  it('leaves a joint where the body carries it while it is not seen well', () => {
    const carried = stepJoints(startJoints(upright), {
      ...still,
      keypoints: withWrist(upright, 999, 0.05),
      shift: { x: 3, y: 0 },
    });
    expect(xOfWrist(carried)).toBeCloseTo(upright[3 * wrist] + 3, 1);
  });

  it('follows what the model says once a joint has not been seen well for long', () => {
    let state = startJoints(upright);
    for (let i = 0; i < 30; i++) state = stepJoints(state, { ...still, keypoints: withWrist(upright, 321, 0.05) });
    expect(xOfWrist(state)).toBe(321);
  });

  it('carries all joints along', () => {
    const moved = carryJoints(startJoints(upright), { x: 5, y: -2 });
    expect(moved).toHaveLength(51);
    expect(moved[0]).toBeCloseTo(upright[0] + 5, 0);
    expect(moved[1]).toBeCloseTo(upright[1] - 2, 0);
  });
});
