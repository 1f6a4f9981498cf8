import { lensAt, rayThrough, seenAt } from './lens.js';
import { along, type Vector } from './vector.js';

const lens = lensAt([-3, 0.5, 3], [2, 7, 1], 64);

describe('a lens', () => {
  it.each<Vector>([
    [0, 5, 0],
    [3, 8, 1.7],
    [6, 6, 0.4],
  ])('sends a ray back to the place %j it saw', (...place) => {
    const { xPx, yPx, depthM } = seenAt(lens, place);
    const back = along(lens.at, [depthM, rayThrough(lens, xPx - 0.5, yPx - 0.5)]);
    back.forEach((value, axis) => {
      expect(value).toBeCloseTo(place[axis], 9);
    });
  });

  it('sees what it looks at in the middle, and higher things higher', () => {
    const { xPx, yPx } = seenAt(lens, [2, 7, 1]);
    expect(xPx).toBeCloseTo(lens.widthPx / 2, 6);
    expect(yPx).toBeCloseTo(lens.heightPx / 2, 6);
    expect(seenAt(lens, [2, 7, 2]).yPx).toBeLessThan(seenAt(lens, [2, 7, 1]).yPx);
  });
});
