import type { Figure, Part } from './figure.js';
import type { Hall } from './hall.js';
import { seenAt, type Lens } from './lens.js';
import { smoothStep, type Picture } from './picture.js';

/** Soft shadows of figures on the floor: every part is cast down along the light and blurred by its height. */
interface Spot {
  readonly fromX: number;
  readonly fromY: number;
  readonly axisX: number;
  readonly axisY: number;
  readonly radiusM: number;
  readonly softM: number;
  readonly strength: number;
}

/** Metres of shift on the floor for a metre of height. */
const SLANT = { x: 0.2, y: 0.17 };
const DARKEST = 0.62;

/** Darkens the floor pixels of a picture of the hall under one figure. */
export function drawShadow(picture: Picture, lens: Lens, { hall, figure }: { hall: Hall; figure: Figure }): void {
  const spots = figure.parts.map(spotOf);
  const [left, right, top, bottom] = reach(lens, spots);
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const pixel = y * lens.widthPx + x;
      const floorX = hall.floorM[pixel * 2];
      if (Number.isNaN(floorX)) continue;
      const shade = 1 - DARKEST * darkness(spots, floorX, hall.floorM[pixel * 2 + 1]);
      for (let channel = 0; channel < 3; channel++) picture.rgb[pixel * 3 + channel] *= shade;
    }
  }
}

function spotOf({ from, to, fromRadiusM, toRadiusM }: Part): Spot {
  const [fromX, fromY] = [from[0] + from[2] * SLANT.x, from[1] + from[2] * SLANT.y];
  const heightM = (from[2] + to[2]) / 2;
  return {
    ...{ fromX, fromY, axisX: to[0] + to[2] * SLANT.x - fromX, axisY: to[1] + to[2] * SLANT.y - fromY },
    ...{ radiusM: Math.max(fromRadiusM, toRadiusM), softM: 0.05 + 0.1 * heightM, strength: 1 / (1 + 0.6 * heightM) },
  };
}

function reach(lens: Lens, spots: readonly Spot[]): readonly [number, number, number, number] {
  const corners = spots.flatMap(({ fromX, fromY, axisX, axisY, radiusM, softM }) =>
    [-1, 1].flatMap((sign) => {
      const wide = sign * (radiusM + softM);
      return [
        seenAt(lens, [fromX + wide, fromY + wide, 0]),
        seenAt(lens, [fromX + axisX - wide, fromY + axisY + wide, 0]),
      ];
    }),
  );
  if (corners.some((corner) => corner.depthM < 0.2)) return [0, 0, 0, 0];
  const [xs, ys] = [corners.map((corner) => corner.xPx), corners.map((corner) => corner.yPx)];
  return [
    Math.max(0, Math.floor(Math.min(...xs))),
    Math.min(lens.widthPx, Math.ceil(Math.max(...xs))),
    Math.max(0, Math.floor(Math.min(...ys))),
    Math.min(lens.heightPx, Math.ceil(Math.max(...ys))),
  ];
}

/** How much of the light is taken from a place on the floor, 0..1. */
function darkness(spots: readonly Spot[], x: number, y: number): number {
  let left = 1;
  for (const { fromX, fromY, axisX, axisY, radiusM, softM, strength } of spots) {
    const [px, py] = [x - fromX, y - fromY];
    const raw = (px * axisX + py * axisY) / Math.max(axisX * axisX + axisY * axisY, 1e-9);
    const share = raw < 0 ? 0 : raw > 1 ? 1 : raw;
    const [dx, dy] = [px - axisX * share, py - axisY * share];
    const squared = dx * dx + dy * dy;
    if (squared > (radiusM + softM) * (radiusM + softM)) continue;
    const cover = 1 - smoothStep(radiusM - softM, radiusM + softM, Math.sqrt(squared));
    left *= 1 - cover * strength * 0.6;
  }
  return 1 - left;
}
