/**
 * Parts of a picture as 64 bits: an 8 × 8 grid of cells, bit 0 in the upper left corner, then along the rows. Whatever two things have in
 * common lies in a cell that both have, so a path whose cells have none in common with a zone's was never in it.
 */
import type { Point } from './box.js';
import type { Size } from './letterbox.js';
import { polygonContains } from './polygon.js';
import { segmentsMeet, type Segment } from './segment.js';

const SIDE = 8;
const LAST = SIDE - 1;

/** Cells of a way through `points`: at least those that it touches, more where it jumps. Outside the picture the nearest cell counts. */
export function cellsOfPath(points: readonly Point[], size: Size): bigint {
  const places = points.map(({ x, y }) => [cellAt(x / size.widthPx), cellAt(y / size.heightPx)] as const);
  const found = new Set<number>();
  places.forEach(([column, row], at) => {
    const [columnBefore, rowBefore] = at === 0 ? [column, row] : places[at - 1];
    for (let y = Math.min(row, rowBefore); y <= Math.max(row, rowBefore); y++)
      for (let x = Math.min(column, columnBefore); x <= Math.max(column, columnBefore); x++) found.add(y * SIDE + x);
  });
  return bitsOf(found);
}

/** Cells that a polygon shares a point with. `polygon`: 0..1 of the picture. */
export function cellsOfPolygon(polygon: readonly Point[]): bigint {
  const sides = polygon.map((corner, at): Segment => [corner, polygon[(at + 1) % polygon.length]]);
  return cellsWhere(0, (cell, middle) => polygonContains(polygon, middle) || sides.some((side) => meets(side, cell)));
}

/** Cells that are no farther than `margin` from a line. Both as 0..1 of the picture. */
export function cellsOfLine(line: Segment, margin: number): bigint {
  return cellsWhere(margin, (cell) => meets(line, cell));
}

type Corners = readonly [Point, Point, Point, Point];

function cellsWhere(margin: number, fits: (cell: Corners, middle: Point) => boolean): bigint {
  const found = new Set<number>();
  for (let at = 0; at < SIDE * SIDE; at++) {
    const [column, row] = [at % SIDE, Math.floor(at / SIDE)];
    const [left, right] = [column / SIDE - margin, (column + 1) / SIDE + margin];
    const [top, bottom] = [row / SIDE - margin, (row + 1) / SIDE + margin];
    const corners = [
      { x: left, y: top },
      { x: right, y: top },
      { x: right, y: bottom },
      { x: left, y: bottom },
    ] as const;
    if (fits(corners, { x: (left + right) / 2, y: (top + bottom) / 2 })) found.add(at);
  }
  return bitsOf(found);
}

function meets(line: Segment, corners: Corners): boolean {
  const [{ x: left, y: top }, , { x: right, y: bottom }] = corners;
  const isInside = line.some(({ x, y }) => x >= left && x <= right && y >= top && y <= bottom);
  return isInside || corners.some((corner, at) => segmentsMeet(line, [corner, corners[(at + 1) % 4]]));
}

function cellAt(share: number): number {
  return Math.min(LAST, Math.max(0, Math.floor(share * SIDE)));
}

/** As a signed number of 64 bits, which is what a database holds. */
function bitsOf(cells: Iterable<number>): bigint {
  let bits = 0n;
  for (const cell of cells) bits |= 1n << BigInt(cell);
  return BigInt.asIntN(64, bits);
}
