import { iou } from '#geometry/box.js';
import type { Detection } from './detection.js';

export interface OverlapLimits {
  /** Boxes that overlap more than this (IoU, 0..1) are one person. */
  readonly maxIou: number;
  /** Most that are kept. */
  readonly maxPeople: number;
}

/**
 * The candidates that stay, best first: one that overlaps a better one is left out (greedy non-maximum suppression).
 * Cost: candidates × kept; thousands of candidates are fine where few people stay.
 */
export function suppressOverlaps<Candidate extends Detection>(
  candidates: readonly Candidate[],
  { maxIou, maxPeople }: OverlapLimits,
): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of [...candidates].sort((a, b) => b.score - a.score)) {
    if (kept.length >= maxPeople) break;
    if (!kept.some((better) => iou(better.box, candidate.box) > maxIou)) kept.push(candidate);
  }
  return kept;
}
