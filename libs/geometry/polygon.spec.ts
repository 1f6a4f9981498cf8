import { seededRandom } from '#base/random.js';
import { polygonArea, polygonContains, polygonProblem } from './polygon.js';

const points = (...corners: readonly (readonly [number, number])[]) => corners.map(([x, y]) => ({ x, y }));
const square = points([0, 0], [10, 0], [10, 10], [0, 10]);
const horseshoe = points([0, 0], [30, 0], [30, 30], [20, 30], [20, 10], [10, 10], [10, 30], [0, 30]);
const star = points([50, 0], [80, 95], [0, 35], [100, 35], [20, 95]);

describe('polygon', () => {
  it.each([
    { name: 'the middle of a square', polygon: square, point: { x: 5, y: 5 }, expected: true },
    { name: 'left of a square', polygon: square, point: { x: -1, y: 5 }, expected: false },
    { name: 'a side', polygon: square, point: { x: 10, y: 5 }, expected: true },
    { name: 'a corner', polygon: square, point: { x: 0, y: 0 }, expected: true },
    { name: 'beside a corner, at its height', polygon: square, point: { x: 20, y: 0 }, expected: false },
    { name: 'a leg of a horseshoe', polygon: horseshoe, point: { x: 5, y: 20 }, expected: true },
    { name: 'the opening of a horseshoe', polygon: horseshoe, point: { x: 15, y: 20 }, expected: false },
    { name: 'level with the inner corners of a horseshoe', polygon: horseshoe, point: { x: 5, y: 10 }, expected: true },
    { name: 'the point of a star', polygon: star, point: { x: 50, y: 10 }, expected: true },
    { name: 'the core of a star, which even-odd leaves out', polygon: star, point: { x: 50, y: 50 }, expected: false },
  ])('decides on $name', ({ polygon, point, expected }) => {
    expect(polygonContains(polygon, point)).toBe(expected);
    expect(polygonContains(polygon.toReversed(), point)).toBe(expected);
  });

  it('agrees with the area: random points hit a polygon as often as its share of the picture', () => {
    const random = seededRandom(5);
    const tries = 20_000;
    let hits = 0;
    for (let i = 0; i < tries; i++) if (polygonContains(horseshoe, { x: 30 * random(), y: 30 * random() })) hits++;
    expect(Math.abs(hits / tries - polygonArea(horseshoe) / 900)).toBeLessThan(0.015);
  });

  it.each([
    ['a square', square, null],
    ['a horseshoe', horseshoe, null],
    ['two corners', square.slice(0, 2), /at least 3 corners; this one has 2/],
    ['no corners', [], /has 0/],
    ['a bow tie', points([0, 0], [10, 10], [10, 0], [0, 10]), /sides 1 and 3 cross/],
    ['a star', star, /cross/],
    ['a doubled corner', points([0, 0], [0, 0], [10, 0], [10, 10]), /corners 1 and 2 are the same/],
    ['a spike that turns back', points([0, 0], [10, 0], [5, 0], [5, 5]), /cross or touch/],
    ['a line', points([0, 0], [5, 5], [10, 10]), /touch/],
    ['a corner that touches another side', points([0, 0], [10, 0], [10, 10], [5, 0], [0, 10]), /touch/],
    ['a corner that is not a number', points([0, 0], [10, Number.NaN], [10, 10]), /not a number/],
  ])('judges %s', (_, polygon, expected) => {
    if (expected === null) expect(polygonProblem(polygon)).toBeNull();
    else expect(polygonProblem(polygon)).toMatch(expected);
  });
});
