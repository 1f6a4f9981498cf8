import { AppError } from '#base/errors.js';
import type { Box } from '#geometry/box.js';
import { suppressOverlaps } from '../box-nms.js';
import type { Detection } from '../detection.js';

/**
 * People from the raw output of YOLOX: boxes are read relative to the cells of three grids, then greedy non-maximum suppression keeps
 * one a person.
 * Source: Ge et al., "YOLOX: Exceeding YOLO Series in 2021", arXiv 2107.08430, and the demo post-processing of the reference
 * implementation (Megvii YOLOX 0.3, Apache-2.0), as exported without `--decode_in_inference`.
 * Deviations: only the score as a person counts, whatever else a cell may show; boxes are continuous, without the reference's + 1.
 */
export interface YoloxOutput {
  /** Cells of all grids together, finest grid first, each in reading order. */
  readonly anchors: number;
  /** Classes of the model; the first is a person, as in COCO. */
  readonly classes: number;
  /**
   * Float32Array [anchors × (5 + classes)]: middle x, middle y in cells from the cell, logarithm of width and height in cells,
   * 0..1 how much there is anything, then 0..1 for each class.
   */
  readonly data: Float32Array;
}

export interface YoloxSettings {
  readonly inputWidthPx: number;
  readonly inputHeightPx: number;
  /** Least score of a detection that is returned, 0..1. */
  readonly minScore: number;
  /** Boxes that overlap more than this (IoU, 0..1) are one person. */
  readonly maxIou: number;
  /** Most detections that are returned, best first. */
  readonly maxPeople: number;
}

const STRIDES_PX = [8, 16, 32];
const OBJECTNESS = 4;
const PERSON = 5;

/**
 * The people in pixels of the model's input, best first.
 * @throws AppError `invalid-input` where the number of anchors does not belong to the size of the input.
 */
export function decodeYolox(output: YoloxOutput, settings: YoloxSettings): Detection[] {
  const { anchors, classes, data } = output;
  const { inputWidthPx, inputHeightPx, minScore } = settings;
  const grids = STRIDES_PX.map((stridePx) => ({
    stridePx,
    columns: Math.floor(inputWidthPx / stridePx),
    rows: Math.floor(inputHeightPx / stridePx),
  }));
  const expected = grids.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  if (anchors !== expected)
    throw new AppError(
      'invalid-input',
      `YOLOX has ${expected} anchors for ${inputWidthPx} × ${inputHeightPx} px; this output has ${anchors}.`,
    );
  const candidates: Detection[] = [];
  let at = 0;
  for (const { stridePx, columns, rows } of grids)
    for (let cell = 0; cell < columns * rows; cell++, at += PERSON + classes) {
      const score = data[at + OBJECTNESS] * data[at + PERSON];
      if (!(score >= minScore)) continue;
      const corner = { x: cell % columns, y: Math.floor(cell / columns) };
      candidates.push({ box: boxAt(data.subarray(at, at + OBJECTNESS), corner, stridePx), score });
    }
  return suppressOverlaps(candidates, settings);
}

function boxAt([dx, dy, logWidth, logHeight]: Float32Array, cell: { x: number; y: number }, stridePx: number): Box {
  const [middleX, middleY] = [(cell.x + dx) * stridePx, (cell.y + dy) * stridePx];
  const [halfWidth, halfHeight] = [(Math.exp(logWidth) * stridePx) / 2, (Math.exp(logHeight) * stridePx) / 2];
  return [middleX - halfWidth, middleY - halfHeight, middleX + halfWidth, middleY + halfHeight];
}
