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
    const border = [
      [0, 0],
      [47, 63],
      [0, 30],
      [47, 30],
      [20, 0],
      [20, 63],
    ] as const;
    const found = decodeHeatmaps(heatmaps(...border.map(([x, y]) => gaussian(x + 0.3, y - 0.3))), {
      ...quarter,
      refine,
    });
    const places = found.filter((_, at) => at % 3 !== 2).map((value) => value / CELL_PX);
    expect(places).toEqual(border.flat());
  });

  it('leaves a joint next to the border where it is with DARK, which looks two cells far', () => {
    const found = decodeHeatmaps(heatmaps(gaussian(1.3, 30), gaussian(20, 62.3)), dark);
    expect([found[0], found[1], found[3], found[4]]).toEqual([4, 120, 80, 248]);
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

  it('finds the peak of a hill that lies aslant, with DARK', () => {
    const aslant: Hill = (column, row) => {
      const [dx, dy] = [column - 20.4, row - 30.3];
      return Math.exp(-(dx * dx + dy * dy - 1.4 * dx * dy) / 8);
    };
    const [x, y] = decodeHeatmaps(heatmaps(aslant), dark);
    expect(x / CELL_PX).toBeCloseTo(20.4, 1);
    expect(y / CELL_PX).toBeCloseTo(30.3, 1);
  });

  it.each([
    { name: 'a flat map', hill: () => 0.5, peak: [0, 0] },
    { name: 'an empty map', hill: spikes(), peak: [0, 0] },
    {
      name: 'a spike between two higher grounds',
      hill: spikes([20, 30, 1], [21, 30, 0.02], [17, 30, 0.99], [18, 30, 0.99], [22, 30, 0.99], [23, 30, 0.99]),
      peak: [20, 30],
    },
  ])('does not step away in $name', ({ hill, peak }) => {
    const found = decodeHeatmaps(heatmaps(hill), dark);
    expect([found[0] / CELL_PX, found[1] / CELL_PX]).toEqual(peak);
  });

  it('stays within a cell of the strongest one, whatever the map', () => {
    const random = seededRandom(32);
    for (let i = 0; i < 300; i++) {
      const noise = heatmaps(() => random());
      const strongest = noise.data.indexOf(Math.max(...noise.data));
      const [x, y] = decodeHeatmaps(noise, dark);
      expect(Math.abs(x / CELL_PX - (strongest % COLUMNS))).toBeLessThanOrEqual(1);
      expect(Math.abs(y / CELL_PX - Math.floor(strongest / COLUMNS))).toBeLessThanOrEqual(1);
    }
  });
});
