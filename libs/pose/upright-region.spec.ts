import { joint, type CocoJoint } from './skeleton.js';
import { uprightRegion } from './upright-region.js';

/** Everything unseen and at 0, 0 but the joints that are given. */
function pose(joints: Partial<Record<CocoJoint, readonly [x: number, y: number, score: number]>>): number[] {
  const keypoints = new Array<number>(17 * 3).fill(0);
  for (const [name, values] of Object.entries(joints)) keypoints.splice(3 * joint[name as CocoJoint], 3, ...values);
  return keypoints;
}

/** A torso of 50 px from hips at 100, 200 in a direction, x right and y down. */
function torso([x, y]: readonly [number, number], score = 1) {
  const shoulder = [100 + 50 * x, 200 + 50 * y, score] as const;
  const hip = [100, 200, score] as const;
  return { left_hip: hip, right_hip: hip, left_shoulder: shoulder, right_shoulder: shoulder };
}

describe('uprightRegion', () => {
  it('is a square about the middle of the hips that reaches the joint farthest away', () => {
    const { box } = uprightRegion(
      pose({ ...torso([0, -1]), left_ankle: [100, 290, 0.5], right_wrist: [160, 200, 0.5] }),
    );
    expect(box).toEqual([10, 110, 190, 290]);
  });

  it.each([
    ['upright', [0, -1], 0],
    ['fallen to the right', [1, 0], 90],
    ['fallen to the left', [-1, 0], -90],
    ['upside down', [0, 1], 180],
  ] as const)('is turned as the person is: %s', (_, direction, degrees) => {
    expect((uprightRegion(pose(torso(direction))).rotationRad * 180) / Math.PI).toBeCloseTo(degrees, 9);
  });

  it('does not reach for a joint that is not seen', () => {
    const { box } = uprightRegion(pose({ ...torso([0, -1]), left_ankle: [100, 900, 0.19] }));
    expect(box).toEqual([50, 150, 150, 250]);
  });

  it('takes the torso for granted', () => {
    expect(uprightRegion(pose(torso([0, -1], 0))).box).toEqual([50, 150, 150, 250]);
  });
});
