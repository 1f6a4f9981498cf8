import type { Point } from '#geometry/box.js';

/**
 * Joints from one heatmap a joint: the strongest cell, moved by less than a cell.
 * `quarter`: a quarter cell towards the higher neighbour in each direction, as HRNet does (Sun et al., CVPR 2019, reference code).
 * `dark`: to the peak of a parabola through the logarithm of the blurred map (Zhang, Zhu, Dai, Ye, Zhu, "Distribution-Aware
 * Coordinate Representation for Human Pose Estimation", CVPR 2020, section 3.2), with the blur of PaddleDetection's PP-TinyPose
 * (Apache-2.0). Deviations: only the surroundings of the strongest cell are blurred, and the blurred map is not scaled back to its
 * old height, which a logarithm's derivatives do not see; a step that is no way to a peak is not made.
 *
 * Convention: column c stands for x = c · inputWidth / columns, and so do rows, as the references say. A mirrored picture shows that
 * PP-TinyPose means the middle of that input pixel, half a pixel on; but COCO's annotations count the same way, and without the half
 * pixel the joints agree better with them: mean OKS of 57 persons of COCO val2017 in their annotated boxes × 1.25 with PP-TinyPose
 * 256 / 128 is 0.850 / 0.780 (`quarter`) and 0.854 / 0.794 (`dark`), with the half pixel 0.846 / 0.775 and 0.850 / 0.787 (2026-11-21).
 */
export interface Heatmaps {
  readonly joints: number;
  readonly rows: number;
  readonly columns: number;
  /** Float32Array [joints × rows × columns]. */
  readonly data: Float32Array;
}

export interface HeatmapSettings {
  readonly inputWidthPx: number;
  readonly inputHeightPx: number;
  readonly refine: 'quarter' | 'dark';
}

/** One joint's map. */
interface Plane {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

/**
 * The joints of one person in pixels of the model's input.
 * @returns [joints × 3]: x px, y px, score = the strongest cell cut to 0..1.
 */
export function decodeHeatmaps(heatmaps: Heatmaps, settings: HeatmapSettings): number[] {
  const { joints, rows, columns, data } = heatmaps;
  const area = rows * columns;
  const keypoints: number[] = [];
  for (let index = 0; index < joints; index++) {
    const plane = { rows, columns, values: data.subarray(index * area, (index + 1) * area) };
    const cell = strongestCell(plane.values);
    const peak = { x: cell % columns, y: Math.floor(cell / columns) };
    const offset = settings.refine === 'dark' ? darkOffset(plane, peak) : quarterOffset(plane, peak);
    keypoints.push(
      ((peak.x + offset.x) * settings.inputWidthPx) / columns,
      ((peak.y + offset.y) * settings.inputHeightPx) / rows,
      Math.min(1, Math.max(0, plane.values[cell])),
    );
  }
  return keypoints;
}

/** Of equal cells the first in reading order. */
function strongestCell(values: Float32Array): number {
  let best = 0;
  for (let cell = 1; cell < values.length; cell++) if (values[cell] > values[best]) best = cell;
  return best;
}

/** A peak on the border stays: it has no neighbours to compare. */
function quarterOffset({ rows, columns, values }: Plane, { x, y }: Point): Point {
  const cell = y * columns + x;
  const isInside = x > 0 && x < columns - 1 && y > 0 && y < rows - 1;
  if (!isInside) return { x: 0, y: 0 };
  return {
    x: 0.25 * Math.sign(values[cell + 1] - values[cell - 1]),
    y: 0.25 * Math.sign(values[cell + columns] - values[cell - columns]),
  };
}

/**
 * Blur before the logarithm, three cells wide as in PaddleDetection. The paper's eleven cells (σ = 2) give the same mean OKS at
 * 64 × 48 cells, and 0.790 instead of 0.794 at 32 × 24 (data as above).
 */
const BLUR_SIGMA_CELLS = 0.8;
const BLUR_REACH = 1;
const blurWeights = Array.from({ length: 2 * BLUR_REACH + 1 }, (_, at) =>
  Math.exp(-((at - BLUR_REACH) ** 2) / (2 * BLUR_SIGMA_CELLS ** 2)),
);
/** A logarithm needs something to work on. */
const LEAST_VALUE = 1e-10;
/** A peak is at most this far from the strongest cell; a longer step comes from a flat map. */
const MAX_STEP_CELLS = 1;

function darkOffset(plane: Plane, peak: Point): Point {
  const { rows, columns } = plane;
  const still = { x: 0, y: 0 };
  if (peak.x < 2 || peak.x > columns - 3 || peak.y < 2 || peak.y > rows - 3) return still;
  const log = (dx: number, dy: number): number =>
    Math.log(Math.max(LEAST_VALUE, blurred(plane, { x: peak.x + dx, y: peak.y + dy })));
  const middle = log(0, 0);
  const [gx, gy] = [(log(1, 0) - log(-1, 0)) / 2, (log(0, 1) - log(0, -1)) / 2];
  const xx = (log(2, 0) - 2 * middle + log(-2, 0)) / 4;
  const yy = (log(0, 2) - 2 * middle + log(0, -2)) / 4;
  const xy = (log(1, 1) - log(-1, 1) - log(1, -1) + log(-1, -1)) / 4;
  const determinant = xx * yy - xy * xy;
  const isHill = xx < 0 && determinant > 0;
  if (!isHill) return still;
  const step = { x: -(yy * gx - xy * gy) / determinant, y: -(xx * gy - xy * gx) / determinant };
  return Math.max(Math.abs(step.x), Math.abs(step.y)) > MAX_STEP_CELLS ? still : step;
}

/** The map around a cell, weighted with a Gaussian; beyond the border it is 0. */
function blurred({ rows, columns, values }: Plane, { x, y }: Point): number {
  let sum = 0;
  for (let row = Math.max(0, y - BLUR_REACH); row <= Math.min(rows - 1, y + BLUR_REACH); row++) {
    const rowWeight = blurWeights[row - y + BLUR_REACH];
    for (let column = Math.max(0, x - BLUR_REACH); column <= Math.min(columns - 1, x + BLUR_REACH); column++)
      sum += values[row * columns + column] * rowWeight * blurWeights[column - x + BLUR_REACH];
  }
  return sum;
}
