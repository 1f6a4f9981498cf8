import type { Point } from './box.js';

/** A straight piece between two points. */
export type Segment = readonly [Point, Point];

/** Twice the signed area of the triangle a, b, c: positive when c lies to the right of a → b as seen on a screen (y down). */
export function cross(a: Point, b: Point, c: Point): number {
  return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
}

/** Whether `point` lies on the segment, ends included. */
export function liesOn(point: Point, [a, b]: Segment): boolean {
  return (
    cross(a, b, point) === 0 &&
    point.x >= Math.min(a.x, b.x) &&
    point.x <= Math.max(a.x, b.x) &&
    point.y >= Math.min(a.y, b.y) &&
    point.y <= Math.max(a.y, b.y)
  );
}

/** Whether two segments have a point in common; touching counts. */
export function segmentsMeet(first: Segment, second: Segment): boolean {
  const [a, b] = first;
  const [c, d] = second;
  const sides = [cross(a, b, c), cross(a, b, d), cross(c, d, a), cross(c, d, b)].map(Math.sign);
  if (sides[0] * sides[1] < 0 && sides[2] * sides[3] < 0) return true;
  return liesOn(c, first) || liesOn(d, first) || liesOn(a, second) || liesOn(b, second);
}
