import { wallGrid } from './wall-grid.js';

describe('wallGrid', () => {
  const wall = { widthPx: 1320, heightPx: 640, gapPx: 8 };

  it.each([
    [1, 1],
    [2, 2],
    [4, 2],
    [6, 3],
    [9, 3],
    [16, 4],
  ])('puts %d tiles in %d columns', (count, columns) => {
    expect(wallGrid(count, wall).columns).toBe(columns);
  });

  it.each([1, 2, 3, 5, 7, 11, 16])('%d tiles fit into the wall', (count) => {
    const { columns, tileWidthPx } = wallGrid(count, wall);
    const rows = Math.ceil(count / columns);
    expect(columns * tileWidthPx + (columns - 1) * 8).toBeLessThanOrEqual(wall.widthPx);
    expect((rows * tileWidthPx * 9) / 16 + (rows - 1) * 8).toBeLessThanOrEqual(wall.heightPx);
  });
});
