import { readFileSync } from 'node:fs';
import { KEYPOINT_STRIDE } from '#pose/pose.js';

/** A point or direction: x, y, z, metres. */
export type Vector3 = readonly [number, number, number];

/** One calibrated camera: pixels of its picture ↔ directions in its own axes (x right, y down, z away). */
export interface CalibratedView {
  readonly focalPx: readonly [number, number];
  readonly middlePx: readonly [number, number];
  /** k1, k2, p1, p2 of the lens (Brown). */
  readonly lens: readonly [number, number, number, number];
  /** Rows of the rotation world → camera axes. */
  readonly rows: readonly [Vector3, Vector3, Vector3];
  /** Where the camera is in the world. */
  readonly at: Vector3;
}

/** Numbers in the file for one pixel. */
const SUBPIXELS = 64;
const UNDISTORT_STEPS = 10;

/** The cameras of a Qualisys calibration file (`*.qca.txt`), in its order. Its camera axes are x right, y up, z towards the viewer. */
export function readQualisys(file: string): CalibratedView[] {
  const cameras = readFileSync(file, 'utf8').split('<camera ').slice(1);
  return cameras.map((text) => {
    const value = (name: string): number => Number(new RegExp(`\\b${name}="([^"]*)"`).exec(text)?.[1]);
    const row = (index: number, sign: number): Vector3 => [
      sign * value(`r${index}1`),
      sign * value(`r${index}2`),
      sign * value(`r${index}3`),
    ];
    const px = (name: string): number => value(name) / SUBPIXELS;
    return {
      focalPx: [px('focalLengthU'), px('focalLengthV')],
      middlePx: [px('centerPointU'), px('centerPointV')],
      lens: ['radialDistortion1', 'radialDistortion2', 'tangentalDistortion1', 'tangentalDistortion2'].map(value) as [
        number,
        number,
        number,
        number,
      ],
      rows: [row(1, 1), row(2, -1), row(3, -1)],
      at: [value('x') / 1000, value('y') / 1000, value('z') / 1000],
    };
  });
}

/** A point of the world in the axes of a camera. */
export function inCamera({ rows, at }: CalibratedView, point: Vector3): Vector3 {
  const from = minus(point, at);
  return [dot(rows[0], from), dot(rows[1], from), dot(rows[2], from)];
}

/** The direction, in the world, in which a camera sees a pixel. */
function rayOf({ focalPx, middlePx, lens, rows }: CalibratedView, xPx: number, yPx: number): Vector3 {
  const [k1, k2, p1, p2] = lens;
  const [seenX, seenY] = [(xPx - middlePx[0]) / focalPx[0], (yPx - middlePx[1]) / focalPx[1]];
  let [x, y] = [seenX, seenY];
  for (let step = 0; step < UNDISTORT_STEPS; step++) {
    const square = x * x + y * y;
    const radial = 1 + k1 * square + k2 * square * square;
    const [alongX, alongY] = [2 * p1 * x * y + p2 * (square + 2 * x * x), p1 * (square + 2 * y * y) + 2 * p2 * x * y];
    [x, y] = [(seenX - alongX) / radial, (seenY - alongY) / radial];
  }
  const direction = [0, 1, 2].map((axis) => rows[0][axis] * x + rows[1][axis] * y + rows[2][axis]);
  const length = Math.hypot(...direction);
  return [direction[0] / length, direction[1] / length, direction[2] / length];
}

/** Joints below this are not used. */
const MIN_SCORE = 0.3;
/** A joint that its rays miss by more, on average, is not known, metres. */
const MAX_MISS_M = 0.04;

/**
 * One person's joints in the world from the same moment in several views: for each joint the point nearest to all rays.
 * @param keypoints one [17 × 3] for each view: x px, y px, score.
 * @returns for each joint its place; null where fewer than three views see it or they do not agree.
 */
export function triangulated(
  views: readonly CalibratedView[],
  keypoints: readonly (readonly number[])[],
): (Vector3 | null)[] {
  return Array.from({ length: keypoints[0].length / KEYPOINT_STRIDE }, (_, index) => {
    const rays = views.flatMap((view, at): Ray[] => {
      const [x, y, score] = keypoints[at].slice(index * KEYPOINT_STRIDE, (index + 1) * KEYPOINT_STRIDE);
      return score < MIN_SCORE ? [] : [{ at: view.at, along: rayOf(view, x, y) }];
    });
    const least = leastMiss([rays, ...rays.map((left) => rays.filter((ray) => ray !== left))]);
    return least !== null && least.missM < MAX_MISS_M ? least.point : null;
  });
}

interface Ray {
  readonly at: Vector3;
  readonly along: Vector3;
}

/** The first choice of at least three rays, or one that they miss by less than half as much; null where there is none. */
function leastMiss(choices: readonly (readonly Ray[])[]): { readonly point: Vector3; readonly missM: number } | null {
  let best: { readonly point: Vector3; readonly missM: number } | null = null;
  for (const rays of choices.filter(({ length }) => length >= 3)) {
    const point = nearestTo(rays);
    const misses = rays.map(({ at, along }) => {
      const from = minus(point, at);
      return Math.sqrt(Math.max(0, dot(from, from) - dot(from, along) ** 2));
    });
    const missM = misses.reduce((sum, miss) => sum + miss, 0) / misses.length;
    if (best === null || missM < best.missM / 2) best = { point, missM };
  }
  return best;
}

/** The point with the least sum of squared distances from rays: Σ(I − ddᵀ)·p = Σ(I − ddᵀ)·o. */
function nearestTo(rays: readonly Ray[]): Vector3 {
  const sums = [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) =>
      rays.reduce((sum, { along }) => sum + (row === column ? 1 : 0) - along[row] * along[column], 0),
    ),
  ) as unknown as readonly [Vector3, Vector3, Vector3];
  const right = [0, 1, 2].map((row) =>
    rays.reduce((sum, { at, along }) => sum + at[row] - along[row] * dot(along, at), 0),
  ) as unknown as Vector3;
  const whole = determinant(sums);
  const withColumn = (column: number): number =>
    determinant(
      sums.map((row, at) =>
        row.map((value, place) => (place === column ? right[at] : value)),
      ) as unknown as typeof sums,
    );
  return [withColumn(0) / whole, withColumn(1) / whole, withColumn(2) / whole];
}

function determinant([a, b, c]: readonly [Vector3, Vector3, Vector3]): number {
  return dot(a, [b[1] * c[2] - b[2] * c[1], b[2] * c[0] - b[0] * c[2], b[0] * c[1] - b[1] * c[0]]);
}

export function minus(a: Vector3, b: Vector3): Vector3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function dot(a: Vector3, b: Vector3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
