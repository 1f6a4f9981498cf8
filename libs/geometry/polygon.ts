import type { Point } from './box.js';
import { cross, liesOn, segmentsMeet, type Segment } from './segment.js';

/**
 * Whether a point lies in a polygon, by the even-odd rule; the border belongs to the polygon.
 * Source: the crossing-number test (Shimrat 1962, CACM 5, Algorithm 112), half-open in y so that a corner counts once.
 */
export function polygonContains(polygon: readonly Point[], point: Point): boolean {
  let isInside = false;
  for (const side of sidesOf(polygon)) {
    if (liesOn(point, side)) return true;
    const [a, b] = side;
    if (a.y > point.y === b.y > point.y) continue;
    const isLeft = b.y > a.y ? cross(a, b, point) > 0 : cross(a, b, point) < 0;
    if (isLeft) isInside = !isInside;
  }
  return isInside;
}

/** As `polygonContains`, but the border is outside. */
export function polygonContainsStrictly(polygon: readonly Point[], point: Point): boolean {
  return polygonContains(polygon, point) && !sidesOf(polygon).some((side) => liesOn(point, side));
}

/** Enclosed area of a polygon that does not cross itself, square units of its points. */
export function polygonArea(polygon: readonly Point[]): number {
  return Math.abs(sidesOf(polygon).reduce((sum, [a, b]) => sum + a.x * b.y - b.x * a.y, 0)) / 2;
}

/** What makes a polygon useless as a zone, as a sentence for a person; null when it is good. */
export function polygonProblem(polygon: readonly Point[]): string | null {
  if (polygon.length < 3) return `a zone needs at least 3 corners; this one has ${polygon.length}`;
  if (polygon.some(({ x, y }) => !Number.isFinite(x) || !Number.isFinite(y))) return 'a corner is not a number';
  const sides = sidesOf(polygon);
  const doubled = sides.findIndex(([a, b]) => a.x === b.x && a.y === b.y);
  if (doubled !== -1) return `corners ${doubled + 1} and ${((doubled + 1) % polygon.length) + 1} are the same point`;
  for (let i = 0; i < sides.length; i++)
    for (let j = i + 1; j < sides.length; j++)
      if (sidesClash(sides, i, j)) return `sides ${i + 1} and ${j + 1} cross or touch each other`;
  return polygonArea(polygon) > 0 ? null : 'the zone has no area';
}

/** Neighbours share one corner and may share no more; other sides may not meet at all. */
function sidesClash(sides: readonly Segment[], i: number, j: number): boolean {
  if (j === i + 1) return turnsBack(sides[i], sides[j]);
  if (i === 0 && j === sides.length - 1) return turnsBack(sides[j], sides[i]);
  return segmentsMeet(sides[i], sides[j]);
}

function turnsBack([a, b]: Segment, [, c]: Segment): boolean {
  return cross(a, b, c) === 0 && (c.x - b.x) * (a.x - b.x) + (c.y - b.y) * (a.y - b.y) > 0;
}

function sidesOf(polygon: readonly Point[]): Segment[] {
  return polygon.map((corner, at) => [corner, polygon[(at + 1) % polygon.length]]);
}
