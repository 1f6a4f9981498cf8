import type { Point } from './box.js';

/**
 * A map of the plane that keeps lines: x' = a·x + b·y + c, y' = d·x + e·y + f.
 * Coordinates are continuous: a picture reaches from 0 to its width, and the middle of its first pixel is at 0.5.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** The point that `point` is mapped to. */
export function applyAffine([a, b, c, d, e, f]: Affine, { x, y }: Point): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f };
}

/** The map that does `first` and then `second`. */
export function composeAffine(first: Affine, second: Affine): Affine {
  const [a, b, c, d, e, f] = first;
  const [g, h, i, j, k, l] = second;
  return [g * a + h * d, g * b + h * e, g * c + h * f + i, j * a + k * d, j * b + k * e, j * c + k * f + l];
}

/** The map that undoes `affine`; null where there is none, because `affine` lays the plane onto a line or a point. */
export function invertAffine([a, b, c, d, e, f]: Affine): Affine | null {
  const determinant = a * e - b * d;
  if (determinant === 0) return null;
  return [
    e / determinant,
    -b / determinant,
    (b * f - c * e) / determinant,
    -d / determinant,
    a / determinant,
    (c * d - a * f) / determinant,
  ];
}

/** How many times longer a map makes things: the square root of what it does to areas, whatever it turns or mirrors. */
export function scaleOf([a, b, , d, e]: Affine): number {
  return Math.sqrt(Math.abs(a * e - b * d));
}
