import { seededRandom } from '#base/random.js';
import type { Point } from './box.js';
import { cellsOfLine, cellsOfPath, cellsOfPolygon } from './picture-cells.js';
import { polygonContains } from './polygon.js';
import { segmentsMeet } from './segment.js';

const SEED = 20_261_121;
const size = { widthPx: 1000, heightPx: 500 };

/** The grid as eight words of eight letters, `#` for a cell. */
function drawn(cells: bigint): string[] {
  const bits = BigInt.asUintN(64, cells).toString(2).padStart(64, '0').split('').toReversed().join('');
  return (bits.replaceAll('0', '.').replaceAll('1', '#').match(/.{8}/g) ?? []).map(String);
}

const inPixels = ({ x, y }: Point): Point => ({ x: x * size.widthPx, y: y * size.heightPx });

it.each<[string, bigint, string[]]>([
  [
    'a polygon',
    cellsOfPolygon([
      { x: 0.3, y: 0.3 },
      { x: 0.55, y: 0.3 },
      { x: 0.55, y: 0.45 },
      { x: 0.3, y: 0.45 },
    ]),
    [...['........', '........', '..###...', '..###...', '........', '........', '........', '........']],
  ],
  [
    'the whole picture',
    cellsOfPolygon([
      { x: 0, y: 0 },
      { x: 1, y: 0 },
      { x: 1, y: 1 },
      { x: 0, y: 1 },
    ]),
    Array.from({ length: 8 }, () => '########'),
  ],
  [
    'a line between two columns',
    cellsOfLine(
      [
        { x: 0.5, y: 0 },
        { x: 0.5, y: 0.2 },
      ],
      0,
    ),
    [...['...##...', '...##...', '........', '........', '........', '........', '........', '........']],
  ],
  [
    'a line with a margin',
    cellsOfLine(
      [
        { x: 0.55, y: 0.55 },
        { x: 0.6, y: 0.55 },
      ],
      0.06,
    ),
    [...['........', '........', '........', '...###..', '...###..', '........', '........', '........']],
  ],
  [
    'a way that leaves the picture',
    cellsOfPath(
      [
        { x: 990, y: 490 },
        { x: 1200, y: 900 },
      ],
      size,
    ),
    [...['........', '........', '........', '........', '........', '........', '........', '.......#']],
  ],
])('%s has these cells', (_, cells, grid) => {
  expect(drawn(cells)).toEqual(grid);
});

it('a way that is in a zone, or crosses a line, has a cell in common with it', () => {
  const random = seededRandom(SEED);
  const anywhere = (): Point => ({ x: random(), y: random() });
  let [insides, crossings] = [0, 0];
  for (let round = 0; round < 500; round++) {
    const start = anywhere();
    const way = Array.from({ length: 6 }, () => ({
      x: start.x + 0.3 * (random() - 0.5),
      y: start.y + 0.3 * (random() - 0.5),
    }));
    const cells = cellsOfPath(way.map(inPixels), size);
    const polygon = [anywhere(), anywhere(), anywhere()];
    const line = [anywhere(), anywhere()] as const;
    if (way.some((point) => polygonContains(polygon, point))) {
      insides++;
      expect(cells & cellsOfPolygon(polygon)).not.toBe(0n);
    }
    if (way.some((point, at) => at > 0 && segmentsMeet([way[at - 1], point], line))) {
      crossings++;
      expect(cells & cellsOfLine(line, 0)).not.toBe(0n);
    }
  }
  expect(insides).toBeGreaterThan(30);
  expect(crossings).toBeGreaterThan(30);
});
