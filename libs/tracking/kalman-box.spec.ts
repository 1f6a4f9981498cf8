import { seededRandom } from '#base/random.js';
import type { Box } from '#geometry/box.js';
import { correctKalmanBox, kalmanBoxToBox, predictKalmanBox, startKalmanBox, type KalmanBox } from './kalman-box.js';

/** A person 100 px tall whose foot is at x, y. */
const boxAt = (x: number, y: number): Box => [x - 20, y - 100, x + 20, y];

function follow(steps: readonly { readonly dtSec: number; readonly box: Box }[]): KalmanBox {
  let filter = startKalmanBox(steps[0].box);
  for (const { dtSec, box } of steps.slice(1)) filter = correctKalmanBox(predictKalmanBox(filter, dtSec), box);
  return filter;
}

const walk = (fps: number, seconds: number) =>
  Array.from({ length: Math.round(fps * seconds) + 1 }, (_, i) => ({
    dtSec: 1 / fps,
    box: boxAt(100 + (80 * i) / fps, 300),
  }));

describe('Kalman box', () => {
  it('starts on the first box', () => {
    expect(kalmanBoxToBox(startKalmanBox(boxAt(100, 300)))).toEqual([80, 200, 120, 300]);
  });

  it.each([5, 7, 10, 30])('learns a walking speed of 80 px/s at %i frames a second', (fps) => {
    const filter = follow(walk(fps, 2));
    expect(filter.mean[4]).toBeGreaterThan(72);
    expect(filter.mean[4]).toBeLessThan(84);
    expect(Math.abs(filter.mean[5])).toBeLessThan(0.5);
  });

  it('predicts a walker half a second ahead within a tenth of their height', () => {
    const [x1, , x2] = kalmanBoxToBox(predictKalmanBox(follow(walk(10, 2)), 0.5));
    expect(Math.abs((x1 + x2) / 2 - (260 + 40))).toBeLessThan(10);
  });

  it('gives up a velocity over a long gap instead of sending the person away', () => {
    const filter = follow(walk(10, 2));
    const far = predictKalmanBox(filter, 60).mean[0] - filter.mean[0];
    expect(far).toBeLessThan(filter.mean[4] * 3.1);
  });

  it('predicts the same in one step as in many', () => {
    const filter = follow(walk(10, 1));
    let many = filter;
    for (let i = 0; i < 20; i++) many = predictKalmanBox(many, 0.05);
    const once = predictKalmanBox(filter, 1);
    many.mean.forEach((value, at) => {
      expect(value).toBeCloseTo(once.mean[at], 6);
    });
    expect(many.covariance[2]).toBeGreaterThan(0);
  });

  it('grows less certain while nothing is seen and more certain when something is', () => {
    const filter = follow(walk(10, 1));
    const later = predictKalmanBox(filter, 0.5);
    expect(later.covariance[0]).toBeGreaterThan(filter.covariance[0]);
    expect(correctKalmanBox(later, boxAt(220, 300)).covariance[0]).toBeLessThan(later.covariance[0]);
  });

  it('smooths a shaking box', () => {
    const random = seededRandom(2);
    const noise = () => 16 * (random() - 0.5);
    const shaking = Array.from({ length: 60 }, () => ({ dtSec: 0.1, box: boxAt(100 + noise(), 300 + noise()) }));
    expect(Math.abs(follow(shaking).mean[0] - 100)).toBeLessThan(5);
  });

  it('hardly follows the centre of a box that suddenly holds two people', () => {
    const standing = follow(Array.from({ length: 20 }, () => ({ dtSec: 0.1, box: [80, 200, 120, 300] as const })));
    const next = predictKalmanBox(standing, 0.1);
    const [, asTall] = correctKalmanBox(next, [80, 220, 120, 320]).mean;
    const [, ofTwo] = correctKalmanBox(next, [80, 200, 120, 340]).mean; // its centre is as far away
    expect(asTall - 250).toBeGreaterThan(6);
    expect(ofTwo - 250).toBeLessThan((asTall - 250) / 2);
  });

  it.each([5, 10, 25])('keeps the feet of somebody who falls on the floor, at %i frames a second', (fps) => {
    let filter = startKalmanBox([80, 300, 120, 400]);
    for (let i = 1; i <= 4 * fps; i++) {
      const heightPx = 100 - 50 * Math.min(1, Math.max(0, (i / fps - 2) / 0.5));
      filter = correctKalmanBox(predictKalmanBox(filter, 1 / fps), [80, 400 - heightPx, 120, 400]);
      const [, top, , bottom] = kalmanBoxToBox(filter);
      expect(Math.abs(bottom - 400)).toBeLessThan(8);
      if (i / fps > 3) expect(Math.abs(top - 350)).toBeLessThan(6);
    }
  });

  it.each([
    { name: 'an empty box', box: [5, 5, 5, 5] as const },
    { name: 'a one-pixel box', box: [0, 0, 1, 1] as const },
    { name: 'a huge box', box: [-1e5, -1e5, 1e5, 1e5] as const },
  ])('stays finite and positive on $name, at no distance in time and at a day', ({ box }) => {
    for (const dtSec of [0, 1e-3, 86_400]) {
      const filter = correctKalmanBox(predictKalmanBox(startKalmanBox(box), dtSec), box);
      expect([...filter.mean, ...filter.covariance].every(Number.isFinite)).toBe(true);
      for (const at of [0, 2, 3, 5]) expect(filter.covariance[at]).toBeGreaterThanOrEqual(0);
      const [x1, y1, x2, y2] = kalmanBoxToBox(filter);
      expect(x2 > x1 && y2 > y1).toBe(true);
    }
  });
});
