import { cross, dot, unit, type Vector } from './vector.js';

/** A pinhole camera. A ray through a pixel has length 1 along `forward`, so that its parameter is the depth in metres. */
export interface Lens {
  readonly at: Vector;
  readonly forward: Vector;
  readonly right: Vector;
  readonly up: Vector;
  readonly focalPx: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

const PICTURE = { widthPx: 768, heightPx: 432 };

/** A camera at `at` that looks at a place; `viewDeg`: its horizontal angle of view. */
export function lensAt(at: Vector, lookAt: Vector, viewDeg: number): Lens {
  const forward = unit([lookAt[0] - at[0], lookAt[1] - at[1], lookAt[2] - at[2]]);
  const right = unit(cross(forward, [0, 0, 1]));
  const focalPx = PICTURE.widthPx / 2 / Math.tan((viewDeg * Math.PI) / 360);
  return { at, forward, right, up: cross(right, forward), focalPx, ...PICTURE };
}

/** Where a place is seen: pixels from the upper left corner, and depth in metres (negative: behind the camera). */
export function seenAt(
  lens: Lens,
  place: Vector,
): { readonly xPx: number; readonly yPx: number; readonly depthM: number } {
  const from: Vector = [place[0] - lens.at[0], place[1] - lens.at[1], place[2] - lens.at[2]];
  const depthM = dot(from, lens.forward);
  return {
    xPx: lens.widthPx / 2 + (dot(from, lens.right) * lens.focalPx) / depthM,
    yPx: lens.heightPx / 2 - (dot(from, lens.up) * lens.focalPx) / depthM,
    depthM,
  };
}

/** The ray through the middle of a pixel. Runs per pixel, so it is spelt out. */
export function rayThrough({ forward, right, up, focalPx, widthPx, heightPx }: Lens, xPx: number, yPx: number): Vector {
  const aside = (xPx + 0.5 - widthPx / 2) / focalPx;
  const above = (heightPx / 2 - yPx - 0.5) / focalPx;
  return [
    forward[0] + right[0] * aside + up[0] * above,
    forward[1] + right[1] * aside + up[1] * above,
    forward[2] + right[2] * aside + up[2] * above,
  ];
}
