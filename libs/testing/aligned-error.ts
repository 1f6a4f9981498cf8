import type { Vector3 } from './calibrated-views.js';

const POWER_STEPS = 500;

/** Mean distance between points and their truth, metres. */
export function meanError(points: readonly Vector3[], truth: readonly Vector3[]): number {
  return mean(points.map((point, at) => Math.hypot(...[0, 1, 2].map((axis) => point[axis] - truth[at][axis]))));
}

/**
 * The same after the rotation, shift and scale that bring the points nearest to their truth (PA-MPJPE).
 * Source: Horn, "Closed-form solution of absolute orientation using unit quaternions", JOSA A 4(4), 1987. The eigenvector is found by
 * repeated multiplication.
 */
export function alignedError(points: readonly Vector3[], truth: readonly Vector3[]): number {
  const [from, to] = [centred(points), centred(truth)];
  const turned = from.map((point) => rotated(point, quaternionOf(from, to)));
  const along = (a: readonly Vector3[], b: readonly Vector3[]): number =>
    a.reduce((sum, point, at) => sum + point[0] * b[at][0] + point[1] * b[at][1] + point[2] * b[at][2], 0);
  const scale = along(turned, to) / along(turned, turned);
  return meanError(
    turned.map(([x, y, z]): Vector3 => [x * scale, y * scale, z * scale]),
    to,
  );
}

function centred(points: readonly Vector3[]): Vector3[] {
  const middle = [0, 1, 2].map((axis) => mean(points.map((point) => point[axis])));
  return points.map((point) => [point[0] - middle[0], point[1] - middle[1], point[2] - middle[2]]);
}

type Quaternion = readonly [number, number, number, number];

function quaternionOf(from: readonly Vector3[], to: readonly Vector3[]): Quaternion {
  const s = (a: number, b: number): number => from.reduce((sum, point, at) => sum + point[a] * to[at][b], 0);
  const matrix = [
    [s(0, 0) + s(1, 1) + s(2, 2), s(1, 2) - s(2, 1), s(2, 0) - s(0, 2), s(0, 1) - s(1, 0)],
    [s(1, 2) - s(2, 1), s(0, 0) - s(1, 1) - s(2, 2), s(0, 1) + s(1, 0), s(2, 0) + s(0, 2)],
    [s(2, 0) - s(0, 2), s(0, 1) + s(1, 0), s(1, 1) - s(0, 0) - s(2, 2), s(1, 2) + s(2, 1)],
    [s(0, 1) - s(1, 0), s(2, 0) + s(0, 2), s(1, 2) + s(2, 1), s(2, 2) - s(0, 0) - s(1, 1)],
  ];
  // Shifted so that the largest eigenvalue is also the largest in size, which is the one that repeated multiplication finds.
  const shift = Math.max(...matrix.map((row) => row.reduce((sum, value) => sum + Math.abs(value), 0)));
  let vector = [1, 0.1, 0.2, 0.3];
  for (let step = 0; step < POWER_STEPS; step++) {
    const next = matrix.map((row, at) =>
      row.reduce((sum, value, place) => sum + value * vector[place], shift * vector[at]),
    );
    const length = Math.hypot(...next);
    vector = next.map((value) => value / length);
  }
  return [vector[0], vector[1], vector[2], vector[3]];
}

function rotated([x, y, z]: Vector3, [w, a, b, c]: Quaternion): Vector3 {
  return [
    (w * w + a * a - b * b - c * c) * x + 2 * (a * b - w * c) * y + 2 * (a * c + w * b) * z,
    2 * (a * b + w * c) * x + (w * w - a * a + b * b - c * c) * y + 2 * (b * c - w * a) * z,
    2 * (a * c - w * b) * x + 2 * (b * c + w * a) * y + (w * w - a * a - b * b + c * c) * z,
  ];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
