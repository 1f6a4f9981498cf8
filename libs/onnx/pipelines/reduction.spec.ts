import type { Affine } from '#geometry/affine.js';
import { cropReduction, isShownByArea } from './reduction.js';

const scaled = (scale: number): Affine => [scale, 0, -3, 0, scale, 5];

describe('isShownByArea', () => {
  it.each([
    ['larger', 0.5, false],
    ['as it is', 1, false],
    ['a little smaller', 1.24, false],
    ['smaller', 1.41, true],
    ['much smaller', 6.5, true],
  ])('of a frame that is shown %s', (_, scale, expected) => {
    expect(isShownByArea(scaled(scale))).toBe(expected);
  });
});

describe('cropReduction', () => {
  it.each([
    ['larger', 0.3, 1],
    ['a little smaller', 1.99, 1],
    ['half as large', 2, 2],
    ['three times smaller', 3, 2],
    ['nine times smaller', 9, 8],
  ])('of a person who is shown %s', (_, scale, expected) => {
    expect(cropReduction(scaled(scale))).toBe(expected);
  });

  it('does not depend on how a person is turned', () => {
    const turned = (rad: number): Affine => [
      3 * Math.cos(rad),
      -3 * Math.sin(rad),
      7,
      3 * Math.sin(rad),
      3 * Math.cos(rad),
      1,
    ];
    for (const rad of [0, 0.4, 1.6, 3, 5]) expect(cropReduction(turned(rad))).toBe(2);
  });
});
