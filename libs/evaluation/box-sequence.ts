import { iou, type Box } from '#geometry/box.js';
import type { MotRow } from './mot-file.js';

/** Ground truth and predictions of one sequence, frame by frame: the input of every box metric here. */
export interface BoxFrame {
  readonly frame: number;
  readonly objects: readonly { readonly id: number; readonly box: Box }[];
  readonly hypotheses: readonly { readonly id: number; readonly box: Box; readonly score: number }[];
  /** [objects][hypotheses]: intersection over union, 0..1. */
  readonly similarity: readonly (readonly number[])[];
}

/**
 * Both files of a sequence joined by frame number, in frame order, every frame that either of them names.
 * Ground truth with confidence 0 does not count and is left out.
 */
export function boxSequence(groundTruth: readonly MotRow[], predictions: readonly MotRow[]): readonly BoxFrame[] {
  const frames = new Map<number, { objects: MotRow[]; hypotheses: MotRow[] }>();
  const at = (frame: number): { objects: MotRow[]; hypotheses: MotRow[] } => {
    const known = frames.get(frame) ?? { objects: [], hypotheses: [] };
    frames.set(frame, known);
    return known;
  };
  for (const row of groundTruth) if (row.confidence !== 0) at(row.frame).objects.push(row);
  for (const row of predictions) at(row.frame).hypotheses.push(row);
  return [...frames.entries()]
    .sort(([a], [b]) => a - b)
    .map(([frame, { objects, hypotheses }]) => ({
      frame,
      objects: objects.map(({ id, box }) => ({ id, box })),
      hypotheses: hypotheses.map(({ id, box, confidence }) => ({ id, box, score: confidence })),
      similarity: objects.map((object) => hypotheses.map((hypothesis) => iou(object.box, hypothesis.box))),
    }));
}

/** Counts per pair of ids, and per id. */
export class PairCounts {
  private readonly counts = new Map<number, Map<number, number>>();

  add(object: number, hypothesis: number, amount = 1): void {
    const row = this.counts.get(object) ?? new Map<number, number>();
    this.counts.set(object, row);
    row.set(hypothesis, (row.get(hypothesis) ?? 0) + amount);
  }

  /** 0 for a pair never added. */
  get(object: number, hypothesis: number): number {
    return this.counts.get(object)?.get(hypothesis) ?? 0;
  }

  entries(): readonly (readonly [object: number, hypothesis: number, count: number])[] {
    return [...this.counts].flatMap(([object, row]) =>
      [...row].map(([hypothesis, count]) => [object, hypothesis, count] as const),
    );
  }
}

/** How often each id occurs among the objects, and among the hypotheses. */
export function idCounts(frames: readonly BoxFrame[]): {
  readonly objects: ReadonlyMap<number, number>;
  readonly hypotheses: ReadonlyMap<number, number>;
} {
  const objects = new Map<number, number>();
  const hypotheses = new Map<number, number>();
  for (const frame of frames) {
    for (const { id } of frame.objects) objects.set(id, (objects.get(id) ?? 0) + 1);
    for (const { id } of frame.hypotheses) hypotheses.set(id, (hypotheses.get(id) ?? 0) + 1);
  }
  return { objects, hypotheses };
}
