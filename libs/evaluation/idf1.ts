import { bestPairs } from './best-pairs.js';
import { PairCounts, idCounts, type BoxFrame } from './box-sequence.js';

/**
 * Identity precision, recall and F1: how much of the video is covered when each true person is tied to one predicted id for good.
 * Source: Ristani et al., "Performance Measures and a Data Set for Multi-Target, Multi-Camera Tracking", 2016; the same numbers as
 * py-motmetrics 1.4 and TrackEval `Identity`.
 */
export interface IdentityScores {
  readonly idf1: number;
  readonly idp: number;
  readonly idr: number;
  readonly idTruePositives: number;
}

/** Identity scores of one sequence; a pair is valid from `minIou` on. NaN where neither objects nor hypotheses exist. */
export function identityScores(frames: readonly BoxFrame[], minIou = 0.5): IdentityScores {
  const together = new PairCounts();
  for (const frame of frames) {
    frame.similarity.forEach((row, at) => {
      row.forEach((similarity, column) => {
        if (similarity >= minIou) together.add(frame.objects[at].id, frame.hypotheses[column].id);
      });
    });
  }
  const counts = idCounts(frames);
  const [objectIds, hypothesisIds] = [[...counts.objects.keys()], [...counts.hypotheses.keys()]];
  const common = (row: number, column: number): number => together.get(objectIds[row], hypothesisIds[column]);
  const pairs = bestPairs(objectIds.length, hypothesisIds.length, (row, column) => -common(row, column));
  const idTruePositives = pairs.reduce((sum, { row, column }) => sum + common(row, column), 0);
  const total = (map: ReadonlyMap<number, number>): number => [...map.values()].reduce((sum, count) => sum + count, 0);
  const [objects, hypotheses] = [total(counts.objects), total(counts.hypotheses)];
  return {
    idf1: (2 * idTruePositives) / (objects + hypotheses),
    idp: idTruePositives / hypotheses,
    idr: idTruePositives / objects,
    idTruePositives,
  };
}
