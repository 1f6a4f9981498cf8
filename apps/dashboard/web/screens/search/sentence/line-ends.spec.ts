import { lineCrossings } from '#behavior/path-events.js';
import { readLine, sidesOf, towards, writeLine, type Line } from './line-ends.js';

it.each<[Line]>([
  [
    [
      [0.5, 0.9],
      [0.5, 0.4],
    ],
  ],
  [
    [
      [0.1, 0.2],
      [0.9, 0.35],
    ],
  ],
  [
    [
      [0.7, 0.2],
      [0.3, 0.8],
    ],
  ],
])('an arrow over %j points the way that the search means by its side', (line) => {
  const picture = { w: 640, h: 480 };
  const [a, b] = line.map(([x, y]) => ({ x: x * picture.w, y: y * picture.h }));
  for (const side of ['left', 'right'] as const) {
    const [dx, dy] = towards(line, side, picture);
    expect(Math.hypot(dx, dy)).toBeCloseTo(1);
    const at = (along: number) => ({ x: (a.x + b.x) / 2 + along * dx, y: (a.y + b.y) / 2 + along * dy });
    const path = [-10, 10].map((along, index) => ({ ptsUs: index * 1e5, foot: at(along) }));
    expect(lineCrossings(path, [a, b]).map(({ direction }) => direction)).toEqual([side]);
  }
});

it('a line reads back from an address', () => {
  expect(
    readLine(
      writeLine([
        [0.12345, 0],
        [1, 0.5],
      ]),
    ),
  ).toEqual([
    [0.123, 0],
    [1, 0.5],
  ]);
});

it.each([undefined, '', '0,0,1', '0,0,1,1,1', '0,0,1,', '0,0,1,2', '0,0,1,x'])('%j is no line', (text) => {
  expect(readLine(text)).toBeNull();
});

it('without a direction both sides count', () => {
  expect(sidesOf({})).toEqual(['left', 'right']);
  expect(sidesOf({ direction: 'right' })).toEqual(['right']);
});
