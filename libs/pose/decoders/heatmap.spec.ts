import { seededRandom } from '#base/random.js';
import { decodeHeatmaps, type HeatmapSettings } from './heatmap.js';

const ROWS = 64;
const COLUMNS = 48;
const CELL_PX = 4;
const quarter: HeatmapSettings = { inputWidthPx: 192, inputHeightPx: 256, refine: 'quarter' };
const dark: HeatmapSettings = { ...quarter, refine: 'dark' };

type Hill = (column: number, row: number) => number;

function heatmaps(...hills: readonly Hill[]) {
  const data = new Float32Array(hills.length * ROWS * COLUMNS);
  hills.forEach((hill, index) => {
    for (let row = 0; row < ROWS; row++)
      for (let column = 0; column < COLUMNS; column++)
        data[(index * ROWS + row) * COLUMNS + column] = hill(column, row);
  });
  return { joints: hills.length, rows: ROWS, columns: COLUMNS, data };
}

/** What a heatmap model is trained to give for a joint at a point in cells. */
const gaussian =
  (x: number, y: number, height = 1): Hill =>
  (column, row) =>
    height * Math.exp(-((column - x) ** 2 + (row - y) ** 2) / (2 * 2 ** 2));

const spikes =
  (...cells: readonly (readonly [column: number, row: number, value: number])[]): Hill =>
  (column, row) =>
    cells.find(([x, y]) => x === column && y === row)?.[2] ?? 0;

describe('decodeHeatmaps', () => {
  it('places a joint a quarter cell towards the higher neighbour, in input pixels', () => {
    const found = decodeHeatmaps(
      heatmaps(
        spikes([10, 20, 0.75]),
        spikes([10, 20, 0.75], [11, 20, 0.5], [9, 20, 0.25], [10, 19, 0.5]),
        spikes([10, 20, 0.75], [9, 20, 0.5], [10, 21, 0.5]),
      ),
      quarter,
    );
    expect(found).toEqual([40, 80, 0.75, 41, 79, 0.75, 39, 81, 0.75]);
  });

  it.each(['quarter', 'dark'] as const)('leaves a joint on the border where it is (%s)', (refine) => {
    const found = decodeHeatmaps(heatmaps(spikes([0, 0, 0.5], [1, 0, 0.25]), spikes([47, 63, 0.5])), {
      ...quarter,
      refine,
    });
    expect(found).toEqual([0, 0, 0.5, 188, 252, 0.5]);
  });

  it('follows the size of the input, not of the map', () => {
    const settings = { inputWidthPx: 96, inputHeightPx: 640, refine: 'quarter' } as const;
    expect(decodeHeatmaps(heatmaps(spikes([12, 8, 0.5])), settings)).toEqual([24, 80, 0.5]);
  });

  it('keeps scores within 0 and 1', () => {
    const found = decodeHeatmaps(
      heatmaps(spikes([5, 5, 1.5]), () => -0.25),
      quarter,
    );
    expect([found[2], found[5]]).toEqual([1, 0]);
  });

  it('is within a quarter of a cell of a joint between cells with quarter offsets, and within a hundredth with DARK', () => {
    const random = seededRandom(31);
    for (let i = 0; i < 200; i++) {
      const [x, y] = [7 + random() * (COLUMNS - 15), 7 + random() * (ROWS - 15)];
      const map = heatmaps(gaussian(x, y, 0.2 + 0.8 * random()));
      const [quarterX, quarterY] = decodeHeatmaps(map, quarter);
      expect(Math.abs(quarterX / CELL_PX - x)).toBeLessThan(0.2501);
      expect(Math.abs(quarterY / CELL_PX - y)).toBeLessThan(0.2501);
      const [darkX, darkY] = decodeHeatmaps(map, dark);
      expect(Math.abs(darkX / CELL_PX - x)).toBeLessThan(0.01);
      expect(Math.abs(darkY / CELL_PX - y)).toBeLessThan(0.01);
    }
  });

  it('does not step away from a peak that is none', () => {
    expect(
      decodeHeatmaps(
        heatmaps(() => 0.5, spikes()),
        dark,
      ),
    ).toEqual([0, 0, 0.5, 0, 0, 0]);
  });
});
