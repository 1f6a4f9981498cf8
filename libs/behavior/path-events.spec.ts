import type { Point } from '#geometry/box.js';
import { lineCrossings, zoneStays, type PathPoint } from './path-events.js';

/** Foot points, half a second apart. */
const path = (...places: readonly (readonly [number, number])[]): PathPoint[] =>
  places.map(([x, y], at) => ({ ptsUs: at * 500_000, foot: { x, y } }));

const square: Point[] = [
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 10, y: 10 },
  { x: 0, y: 10 },
];

describe('stays in a zone', () => {
  it.each([
    ['nobody inside', path([-1, 5], [11, 5]), []],
    ['one moment inside', path([-1, 5], [5, 5], [11, 5]), [[500_000, 500_000]]],
    ['the whole way inside', path([1, 5], [5, 5], [9, 5]), [[0, 1_000_000]]],
    ['a flicker at the border', path([1, 5], [-1, 5], [1, 5]), [[0, 1_000_000]]],
    [
      'out for longer than a second',
      path([1, 5], [-1, 5], [-1, 5], [1, 5]),
      [
        [0, 0],
        [1_500_000, 1_500_000],
      ],
    ],
    ['no point at all', [], []],
  ])('%s', (_, points, expected) => {
    const stays = zoneStays(points, square).map(({ startPtsUs, endPtsUs }) => [startPtsUs, endPtsUs]);
    expect(stays).toEqual(expected);
  });
});

describe('crossings of a line that runs down the picture', () => {
  const line = [
    { x: 5, y: 0 },
    { x: 5, y: 10 },
  ] as const;

  // Who looks down the picture (towards the viewer) has its left side on the right hand.
  it.each([
    ['from left to right of the picture', path([3, 5], [7, 5]), ['left']],
    ['back again', path([7, 5], [3, 5]), ['right']],
    ['to and fro', path([3, 5], [7, 5], [3, 5]), ['left', 'right']],
    ['over the end of the line', path([3, 15], [7, 15]), []],
    ['touching it and turning back', path([3, 5], [5, 5], [3, 5]), []],
    ['resting on it', path([3, 5], [5, 5], [5, 6], [7, 5]), ['left']],
    ['alongside', path([3, 1], [3, 9]), []],
  ])('%s', (_, points, expected) => {
    expect(lineCrossings(points, line).map(({ direction }) => direction)).toEqual(expected);
  });

  it('are not guessed while nobody saw the way', () => {
    const [first, second] = path([3, 5], [7, 5]);
    expect(lineCrossings([first, { ...second, ptsUs: 4_000_000 }], line)).toEqual([]);
  });

  it('turn round with the line', () => {
    expect(lineCrossings(path([3, 5], [7, 5]), [line[1], line[0]])).toEqual([{ ptsUs: 500_000, direction: 'right' }]);
  });
});
