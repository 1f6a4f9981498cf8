import { bestPairs } from '../best-pairs.js';
import { PairCounts } from '../box-sequence.js';
import { MAX_DISTANCE, type JointFrame } from './joint-distances.js';

/** Identity counts of one joint class over one sequence; they add up over sequences. */
export interface JointIdentityCounts {
  /** Joints whose object is tied to their hypothesis by the best one-to-one assignment over the whole sequence. */
  readonly truePositives: number;
  readonly objects: number;
  readonly hypotheses: number;
}

/** Source: Ristani et al. 2016, as py-motmetrics 1.2.0 counts it. */
export function jointIdentity(frames: readonly JointFrame[]): JointIdentityCounts {
  const together = new PairCounts();
  for (const { objects, hypotheses, distances } of frames)
    for (const [row, object] of objects.entries())
      for (const [column, hypothesis] of hypotheses.entries())
        if (distances[row][column] <= MAX_DISTANCE) together.add(object, hypothesis);
  const objects = [...new Set(frames.flatMap((frame) => frame.objects))];
  const hypotheses = [...new Set(frames.flatMap((frame) => frame.hypotheses))];
  const common = (row: number, column: number): number => together.get(objects[row], hypotheses[column]);
  const pairs = bestPairs(objects.length, hypotheses.length, (row, column) => -common(row, column));
  return {
    truePositives: pairs.reduce((sum, { row, column }) => sum + common(row, column), 0),
    objects: frames.reduce((sum, frame) => sum + frame.objects.length, 0),
    hypotheses: frames.reduce((sum, frame) => sum + frame.hypotheses.length, 0),
  };
}
