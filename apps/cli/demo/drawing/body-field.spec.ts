import { BodyField } from './body-field.js';
import type { Part } from './figure.js';

const limb: Part = { from: [0, 0, 0], to: [0, 0, 1], fromRadiusM: 0.2, toRadiusM: 0.1, blendM: 0, material: 'skin' };

function fieldOf(...parts: Part[]): BodyField {
  const field = new BodyField({ parts, head: { at: [0, 0, 0], forward: [1, 0, 0], up: [0, 0, 1] } });
  field.count(parts.map((_, index) => index));
  return field;
}

describe('the distance field of a body', () => {
  it('is zero on the surface, negative inside, positive outside', () => {
    const field = fieldOf(limb);
    expect(field.distance(0.2, 0, 0)).toBeCloseTo(0, 9);
    expect(field.distance(0, 0, 1.1)).toBeCloseTo(0, 9);
    expect(field.distance(0, 0, 0.5)).toBeLessThan(0);
    expect(field.distance(0.5, 0, 0.5)).toBeCloseTo(0.35, 9);
  });

  it('fills the gap between parts that flow into each other', () => {
    const other: Part = { ...limb, from: [0.45, 0, 0], to: [0.45, 0, 1] };
    expect(fieldOf(limb, other).distance(0.225, 0, 0)).toBeGreaterThan(0);
    expect(fieldOf({ ...limb, blendM: 0.2 }, { ...other, blendM: 0.2 }).distance(0.225, 0, 0)).toBeLessThan(0);
  });

  it('counts only the parts it is told to, and says which one is nearest', () => {
    const field = fieldOf(limb, { ...limb, from: [3, 0, 0], to: [3, 0, 1] });
    field.distance(3, 0, 0.25);
    expect([field.nearest, field.nearestAlong]).toEqual([1, 0.25]);
    field.count([0]);
    expect(field.distance(3, 0, 0)).toBeCloseTo(2.8, 9);
  });
});
