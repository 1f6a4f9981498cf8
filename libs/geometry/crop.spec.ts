import { seededRandom, type Random } from '#base/random.js';
import { applyAffine, composeAffine, invertAffine, type Affine } from './affine.js';
import type { Box, Point } from './box.js';
import { cropTransform } from './crop.js';

const crop = { widthPx: 192, heightPx: 256 };

function inverse(affine: Affine): Affine {
  const found = invertAffine(affine);
  if (found === null) throw new Error(`${affine.join(' ')} has no inverse`);
  return found;
}

const distance = (a: Point, b: Point): number => Math.hypot(a.x - b.x, a.y - b.y);
const between = (random: Random, low: number, high: number): number => low + random() * (high - low);
const whole = (random: Random, low: number, high: number): number => Math.floor(between(random, low, high + 1));

function randomAffine(random: Random): Affine {
  const entry = (): number => between(random, -3, 3);
  return [entry(), entry(), 100 * entry(), entry(), entry(), 100 * entry()];
}

/** A box of at least a pixel that may reach over the border of the picture. */
function randomBox(random: Random, widthPx: number, heightPx: number): Box {
  const x = between(random, -20, widthPx);
  const y = between(random, -20, heightPx);
  return [x, y, x + between(random, 1, widthPx), y + between(random, 1, heightPx)];
}

describe('affine maps', () => {
  it('are applied one after the other in the order they are given', () => {
    const shift: Affine = [1, 0, 5, 0, 1, 7];
    const double: Affine = [2, 0, 0, 0, 2, 0];
    expect(applyAffine(composeAffine(shift, double), { x: 1, y: 1 })).toEqual({ x: 12, y: 16 });
    expect(applyAffine(composeAffine(double, shift), { x: 1, y: 1 })).toEqual({ x: 7, y: 9 });
  });

  it('compose and undo as applying them one by one does', () => {
    const random = seededRandom(21);
    for (let i = 0; i < 500; i++) {
      const [first, second] = [randomAffine(random), randomAffine(random)];
      const point = { x: between(random, -500, 500), y: between(random, -500, 500) };
      const both = applyAffine(composeAffine(first, second), point);
      expect(distance(both, applyAffine(second, applyAffine(first, point)))).toBeLessThan(1e-6);
      const undone = applyAffine(inverse(composeAffine(first, second)), both);
      expect(distance(undone, point)).toBeLessThan(1e-3);
    }
  });

  it('that flatten the plane have no inverse', () => {
    expect(invertAffine([1, 2, 0, 2, 4, 0])).toBeNull();
  });
});

describe('cropTransform', () => {
  it.each([
    { name: 'a box of the shape of the crop', box: [100, 100, 250, 300], padding: 1, corner: [0, 0] },
    { name: 'a padded box', box: [100, 100, 250, 300], padding: 1.25, corner: [19.2, 25.6] },
    { name: 'a wide box, with room above and below', box: [0, 0, 192, 64], padding: 1, corner: [0, 96] },
    { name: 'a tall box, with room left and right', box: [0, 0, 64, 256], padding: 1, corner: [64, 0] },
    { name: 'a box over the left border', box: [-96, 0, 96, 256], padding: 1, corner: [0, 0] },
    { name: 'a point', box: [40, 40, 40, 40], padding: 1, corner: [96, 128] },
  ] as const)('places $name', ({ box, padding, corner }) => {
    const found = applyAffine(cropTransform(box, crop, { padding }), { x: box[0], y: box[1] });
    expect(found.x).toBeCloseTo(corner[0], 9);
    expect(found.y).toBeCloseTo(corner[1], 9);
  });

  it('shows a person who is turned clockwise upright', () => {
    const lyingHeadRight = cropTransform([50, 0, 150, 200], crop, { padding: 1, rotationRad: Math.PI / 2 });
    const head = applyAffine(lyingHeadRight, { x: 200, y: 100 });
    const rightHandSide = applyAffine(lyingHeadRight, { x: 100, y: 150 });
    expect([head.x, head.y]).toEqual([expect.closeTo(96, 9), expect.closeTo(0, 9)]);
    expect([rightHandSide.x, rightHandSide.y]).toEqual([expect.closeTo(160, 9), expect.closeTo(128, 9)]);
  });

  it('maps points forth and back within a thousandth of a pixel, at odd sizes, at the border and turned', () => {
    const random = seededRandom(22);
    for (let i = 0; i < 2000; i++) {
      const [widthPx, heightPx] = [whole(random, 1, 4001), whole(random, 1, 3001)];
      const size = { widthPx: whole(random, 1, 641), heightPx: whole(random, 1, 641) };
      const transform = cropTransform(randomBox(random, widthPx, heightPx), size, {
        padding: between(random, 0.5, 2),
        rotationRad: between(random, -Math.PI, Math.PI),
      });
      const undo = inverse(transform);
      for (const fraction of [0, random(), 1]) {
        const point = { x: fraction * widthPx, y: (1 - fraction) * heightPx };
        expect(distance(applyAffine(undo, applyAffine(transform, point)), point)).toBeLessThan(1e-3);
      }
    }
  });

  it('keeps proportions, the middle and all of the padded box, however it is turned', () => {
    const random = seededRandom(23);
    for (let i = 0; i < 1000; i++) {
      const size = { widthPx: whole(random, 1, 641), heightPx: whole(random, 1, 641) };
      const box = randomBox(random, 1920, 1080);
      const padding = between(random, 1, 2);
      const transform = cropTransform(box, size, { padding, rotationRad: between(random, -4, 4) });
      const middle = applyAffine(transform, { x: (box[0] + box[2]) / 2, y: (box[1] + box[3]) / 2 });
      expect(distance(middle, { x: size.widthPx / 2, y: size.heightPx / 2 })).toBeLessThan(1e-6);
      const scale = Math.hypot(transform[0], transform[3]);
      expect(transform[0] * transform[4] - transform[1] * transform[3]).toBeCloseTo(scale * scale, 9);
      const [wide, high] = [(box[2] - box[0]) * padding * scale, (box[3] - box[1]) * padding * scale];
      expect(Math.max(wide / size.widthPx, high / size.heightPx)).toBeCloseTo(1, 6);
    }
  });
});
