import { joint } from '#pose/skeleton.js';
import { skeletonFrames } from './skeleton-frames.js';

/** A pose whose joints all lie at `x`, from 0 down to 160, with one score. */
function pose(ptsUs: number, x: number, score: number) {
  const keypoints = Array.from({ length: 17 }, (_, index) => [x, index * 10, score]).flat();
  return { ptsUs, atMs: 0, box: [x - 10, 0, x + 10, 160] as [number, number, number, number], score, keypoints };
}

it('all pictures of a track share one frame that holds every joint', () => {
  const found = skeletonFrames([pose(0, 100, 0.9), pose(1, 200, 0.9)], null);
  const [left, top, width, height] = (found?.viewBox ?? '').split(' ').map(Number);
  expect(left).toBeLessThan(100);
  expect(left + width).toBeGreaterThan(200);
  expect(top).toBeLessThan(0);
  expect(top + height).toBeGreaterThan(160);
});

it('draws the box of somebody of whom only that is known', () => {
  const { box, ...rest } = pose(0, 100, 0);
  const found = skeletonFrames([{ ...rest, box, keypoints: new Array<number>(51).fill(0) }], null);
  expect(found?.frames[0]).toMatchObject({ limbs: 'M90 0H110V160H90Z', head: '' });
  expect(found?.hasJoints).toBe(false);
  expect(skeletonFrames([pose(0, 100, 0.9)], null)?.hasJoints).toBe(true);
});

it('stands still where most of the body is seen', () => {
  expect(skeletonFrames([pose(5, 0, 0.25), pose(6, 0, 0.6), pose(7, 0, 0.5)], null)?.still).toBe(1);
});

it('stands still at the moment that matters, however little is seen then', () => {
  expect(skeletonFrames([pose(50, 0, 0.3), pose(60, 0, 0.9), pose(70, 0, 0.9)], 54)?.still).toBe(0);
});

it('draws no limb to a joint that is not seen', () => {
  const one = pose(0, 50, 0.9);
  one.keypoints[joint.left_wrist * 3 + 2] = 0.1;
  const all = skeletonFrames([pose(0, 50, 0.9)], null)?.frames[0].limbs ?? '';
  const without = skeletonFrames([one], null)?.frames[0].limbs ?? '';
  expect(all.split('M').length - without.split('M').length).toBe(1);
  expect(without).not.toContain(`50.0 ${(joint.left_wrist * 10).toFixed(1)}`);
});

it('is nothing when no joint is seen', () => {
  expect(skeletonFrames([pose(0, 1, 0.1)], null)).toBeNull();
  expect(skeletonFrames([], null)).toBeNull();
});
