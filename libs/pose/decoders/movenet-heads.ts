import type { Box } from '#geometry/box.js';
import type { Pose } from '../pose.js';
import { COCO_JOINT_COUNT } from '../skeleton.js';

/**
 * People from the six heads of MoveNet MultiPose: a peak of the centre map is a person; each joint is the strongest heatmap
 * cell inside the person's box, weighted by its distance from where the person's centre says the joint should be.
 * Source: the post-processing part of the published graph (google/movenet/multipose/lightning/1, Apache-2.0).
 * Deviations: any grid size and any number of people (the graph: 6); of equal neighbouring peaks only the first counts. Unless
 * `asGraph` is set, the width of the weight follows the person's box, see `REACH_PER_BOX_SIDE`, and a joint's score is the bare
 * heatmap value (the graph: the weighted one).
 */
export interface MovenetHeads {
  readonly rows: number;
  readonly columns: number;
  /** Float32Array [rows × columns]: 0..1, how much a cell is the centre of a person. */
  readonly centre: Float32Array;
  /** [17 × rows × columns]: 0..1, one map per joint. */
  readonly heatmaps: Float32Array;
  /** [34 × rows × columns]: from a centre to each joint in cells, y then x. */
  readonly regression: Float32Array;
  /** [34 × rows × columns]: from a joint's cell to the joint in cells, y then x. */
  readonly offsets: Float32Array;
  /** [2 × rows × columns]: height and width of the person in cells. */
  readonly boxSize: Float32Array;
  /** [2 × rows × columns]: from the cell to the middle of the box in cells, y then x. */
  readonly boxOffset: Float32Array;
}

export interface MovenetSettings {
  /** Least value of a peak in the centre map, 0..1. */
  readonly minCentre: number;
  /** Least score of a person that is returned, 0..1. */
  readonly minScore: number;
  /** Most peaks that are looked at, strongest first. */
  readonly maxPeople: number;
  /** Weight and score of a joint as in the published graph: to compare with it. Default false. */
  readonly asGraph?: boolean;
}

/** Analysis pixels per cell of the heads. */
const CELL_PX = 4;

/** A joint below this does not count for its person's score (as in the published graph). */
const MIN_JOINT_SCORE = 0.127;

/**
 * Reach of the distance weight, as a fraction of the box's longer side. COCO mini (57 persons), `evaluate coco --profile fast`,
 * 2026-11-21: mean OKS is 0.613, 0.616 and 0.612 with 0.2, 0.25 and 0.3, AP 0.382, 0.385 and 0.386: it hardly matters.
 */
const REACH_PER_BOX_SIDE = 0.25;

/** The graph's own variance of the distance weight, of the grid's shorter side. */
const GRAPH_VARIANCE_PER_GRID_SIDE = 0.3;

/** A grid-aligned person: cells, not pixels. */
interface Candidate {
  readonly cell: number;
  readonly centre: number;
}

/** Row and column weights of one joint, reused from joint to joint, and whose rules hold. */
interface Scratch {
  readonly rowWeights: Float64Array;
  readonly columnWeights: Float64Array;
  readonly asGraph: boolean;
}

/**
 * The people of one frame in analysis pixels, strongest centre first.
 * Cost at 96 × 128 cells and 20 people: about a millisecond; nothing is allocated per cell.
 */
export function decodeMovenetHeads(heads: MovenetHeads, settings: MovenetSettings): Pose[] {
  const scratch = {
    rowWeights: new Float64Array(heads.rows),
    columnWeights: new Float64Array(heads.columns),
    asGraph: settings.asGraph ?? false,
  };
  const poses: Pose[] = [];
  for (const candidate of centrePeaks(heads, settings)) {
    const pose = decodePerson(heads, candidate, scratch);
    if (pose.score >= settings.minScore) poses.push(pose);
  }
  return poses;
}

function centrePeaks(heads: MovenetHeads, settings: MovenetSettings): Candidate[] {
  const { centre, rows, columns } = heads;
  const peaks: Candidate[] = [];
  for (let cell = 0; cell < rows * columns; cell++) {
    const value = centre[cell];
    if (value >= settings.minCentre && isPeak(heads, cell)) peaks.push({ cell, centre: value });
  }
  return peaks.sort((a, b) => b.centre - a.centre || a.cell - b.cell).slice(0, settings.maxPeople);
}

/** Whether a cell is the greatest of its 3 × 3 neighbourhood; of equal ones the first in reading order is. */
function isPeak({ centre, rows, columns }: MovenetHeads, cell: number): boolean {
  const row = Math.floor(cell / columns);
  const column = cell % columns;
  const value = centre[cell];
  for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
      const other = y * columns + x;
      if (centre[other] > value || (other < cell && centre[other] === value)) return false;
    }
  }
  return true;
}

function decodePerson(heads: MovenetHeads, candidate: Candidate, scratch: Scratch): Pose {
  const boxCells = personBox(heads, candidate.cell);
  const keypoints: number[] = [];
  let scoreSum = 0;
  let counted = 0;
  for (let joint = 0; joint < COCO_JOINT_COUNT; joint++) {
    const score = placeJoint(heads, { joint, centreCell: candidate.cell, boxCells, scratch, keypoints });
    if (score <= MIN_JOINT_SCORE) continue;
    scoreSum += score;
    counted++;
  }
  return {
    box: [boxCells[0] * CELL_PX, boxCells[1] * CELL_PX, boxCells[2] * CELL_PX, boxCells[3] * CELL_PX],
    score: candidate.centre * (scoreSum / Math.max(1, counted)),
    keypoints,
  };
}

/** The person's box in cells, cut to the grid. */
function personBox({ rows, columns, boxSize, boxOffset }: MovenetHeads, cell: number): Box {
  const area = rows * columns;
  const middleY = Math.floor(cell / columns) + boxOffset[cell];
  const middleX = (cell % columns) + boxOffset[area + cell];
  const halfHeight = Math.max(0, boxSize[cell]) / 2;
  const halfWidth = Math.max(0, boxSize[area + cell]) / 2;
  return [
    clamp(middleX - halfWidth, columns),
    clamp(middleY - halfHeight, rows),
    clamp(middleX + halfWidth, columns),
    clamp(middleY + halfHeight, rows),
  ];
}

function clamp(value: number, limit: number): number {
  return Math.min(limit, Math.max(0, value));
}

interface JointSearch {
  readonly joint: number;
  readonly centreCell: number;
  readonly boxCells: Box;
  readonly scratch: Scratch;
  /** x, y and score of the joint are appended here. */
  readonly keypoints: number[];
}

/** Finds one joint, appends it in analysis pixels and returns its score. Where the box holds no cell, the regressed point stands with score 0. */
function placeJoint(heads: MovenetHeads, search: JointSearch): number {
  const { columns, regression, offsets, heatmaps } = heads;
  const { joint, centreCell, keypoints } = search;
  const area = heads.rows * columns;
  const yPlane = 2 * joint * area;
  const startY = Math.floor(centreCell / columns) + regression[yPlane + centreCell];
  const startX = (centreCell % columns) + regression[yPlane + area + centreCell];
  const { cell, weighted } = strongestCell(heads, search, { startX, startY });
  if (cell < 0) {
    keypoints.push(startX * CELL_PX, startY * CELL_PX, 0);
    return 0;
  }
  const score = search.scratch.asGraph ? weighted : heatmaps[joint * area + cell];
  keypoints.push(
    ((cell % columns) + offsets[yPlane + area + cell]) * CELL_PX,
    (Math.floor(cell / columns) + offsets[yPlane + cell]) * CELL_PX,
    score,
  );
  return score;
}

/** Cell inside the box with the greatest heatmap × exp(−d² / variance), and that product; cell −1 where none has any. */
function strongestCell(
  heads: MovenetHeads,
  search: JointSearch,
  start: { startX: number; startY: number },
): { cell: number; weighted: number } {
  const { rows, columns, heatmaps } = heads;
  const [x1, y1, x2, y2] = search.boxCells;
  const { rowWeights, columnWeights } = search.scratch;
  const firstColumn = Math.ceil(x1);
  const endColumn = Math.min(columns, Math.ceil(x2));
  const variance = varianceOf(heads, search);
  fillWeights(columnWeights, { first: firstColumn, end: endColumn, at: start.startX, variance });
  const rowRange = { first: Math.ceil(y1), end: Math.min(rows, Math.ceil(y2)) };
  fillWeights(rowWeights, { ...rowRange, at: start.startY, variance });
  const plane = search.joint * rows * columns;
  let weighted = 0;
  let cell = -1;
  for (let row = rowRange.first; row < rowRange.end; row++) {
    const rowWeight = rowWeights[row];
    if (rowWeight <= weighted) continue;
    const rowStart = row * columns;
    for (let column = firstColumn; column < endColumn; column++) {
      const value = heatmaps[plane + rowStart + column] * rowWeight * columnWeights[column];
      if (value <= weighted) continue;
      weighted = value;
      cell = rowStart + column;
    }
  }
  return { cell, weighted };
}

/** Of the distance weight, cells². */
function varianceOf({ rows, columns }: MovenetHeads, { boxCells, scratch }: JointSearch): number {
  if (scratch.asGraph) return GRAPH_VARIANCE_PER_GRID_SIDE * Math.min(rows, columns);
  const [x1, y1, x2, y2] = boxCells;
  return Math.max(1, (REACH_PER_BOX_SIDE * Math.max(x2 - x1, y2 - y1)) ** 2);
}

function fillWeights(weights: Float64Array, range: { first: number; end: number; at: number; variance: number }): void {
  for (let i = range.first; i < range.end; i++) {
    const distance = i - range.at;
    weights[i] = Math.exp((-distance * distance) / range.variance);
  }
}
