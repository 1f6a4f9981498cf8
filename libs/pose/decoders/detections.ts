import type { Detection } from '../detection.js';

/**
 * People from a detector whose graph already does its non-maximum suppression.
 * Source: the outputs `dets` and `labels` that MMDeploy (v1, Apache-2.0) gives MMDetection models such as RTMDet.
 */
export interface DetectionOutputs {
  /** Rows of `dets`. */
  readonly count: number;
  /** Float32Array [count × 5]: x1, y1, x2, y2 in pixels of the model's input, score 0..1. Rows that fill up a batch have score 0. */
  readonly dets: Float32Array;
  /** [count]: class of each row; null for a detector of one class. */
  readonly labels: readonly number[] | null;
}

export interface DetectionSettings {
  /** Least score of a detection that is returned, 0..1. */
  readonly minScore: number;
  /** Most detections that are returned, best first. */
  readonly maxPeople: number;
  /** The class that means a person. */
  readonly personLabel: number;
}

const ROW = 5;

/** The people in pixels of the model's input, best first. */
export function decodeDetections(outputs: DetectionOutputs, settings: DetectionSettings): Detection[] {
  const { count, dets, labels } = outputs;
  const found: Detection[] = [];
  for (let row = 0; row < count; row++) {
    const [x1, y1, x2, y2, score] = dets.subarray(row * ROW, (row + 1) * ROW);
    const isPerson = labels === null || labels[row] === settings.personLabel;
    if (isPerson && score >= settings.minScore) found.push({ box: [x1, y1, x2, y2], score });
  }
  return found.sort((a, b) => b.score - a.score).slice(0, settings.maxPeople);
}
