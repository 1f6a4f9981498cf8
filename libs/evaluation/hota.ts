import { bestPairs } from './best-pairs.js';
import { PairCounts, idCounts, type BoxFrame } from './box-sequence.js';

/**
 * HOTA of box tracks: the geometric mean of detection and association accuracy, averaged over 19 localisation thresholds.
 * Source: Luiten et al., "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking", IJCV 2021; TrackEval 12c8791 (MIT)
 * `trackeval/metrics/hota.py`, with its global-alignment term in the matching.
 */
export interface Hota {
  readonly hota: number;
  /** Detection accuracy. */
  readonly deta: number;
  /** Association accuracy. */
  readonly assa: number;
  /** Localisation accuracy: mean IoU of the pairs. */
  readonly loca: number;
}

const alphas = Array.from({ length: 19 }, (_, index) => 0.05 * (index + 1));
const EPSILON = Number.EPSILON;

interface Tally {
  readonly alpha: number;
  readonly together: PairCounts;
  truePositives: number;
  similaritySum: number;
}

/** How well each pair of ids fits over the whole sequence, 0..1: the soft Jaccard index of their frames. */
function alignment(frames: readonly BoxFrame[]): (object: number, hypothesis: number) => number {
  const potential = new PairCounts();
  for (const { similarity, objects, hypotheses } of frames) {
    const rowSums = similarity.map((row) => row.reduce((sum, value) => sum + value, 0));
    const columnSums = hypotheses.map((_, column) => similarity.reduce((sum, row) => sum + row[column], 0));
    similarity.forEach((row, r) => {
      row.forEach((value, c) => {
        const union = rowSums[r] + columnSums[c] - value;
        if (union > EPSILON) potential.add(objects[r].id, hypotheses[c].id, value / union);
      });
    });
  }
  const counts = idCounts(frames);
  return (object, hypothesis) => {
    const common = potential.get(object, hypothesis);
    return common / ((counts.objects.get(object) ?? 0) + (counts.hypotheses.get(hypothesis) ?? 0) - common);
  };
}

/** HOTA of one sequence. All 0 when nothing matches; NaN when there is neither an object nor a hypothesis. */
export function hota(frames: readonly BoxFrame[]): Hota {
  const aligned = alignment(frames);
  const tallies = alphas.map((alpha): Tally => ({
    alpha,
    together: new PairCounts(),
    truePositives: 0,
    similaritySum: 0,
  }));
  for (const { similarity, objects, hypotheses } of frames) {
    const pairs = bestPairs(
      objects.length,
      hypotheses.length,
      (row, column) => -aligned(objects[row].id, hypotheses[column].id) * similarity[row][column],
    );
    for (const { row, column } of pairs)
      count(tallies, {
        object: objects[row].id,
        hypothesis: hypotheses[column].id,
        similarity: similarity[row][column],
      });
  }
  return average(tallies, frames);
}

function count(tallies: readonly Tally[], pair: { object: number; hypothesis: number; similarity: number }): void {
  for (const tally of tallies) {
    if (pair.similarity < tally.alpha - EPSILON) continue;
    tally.truePositives++;
    tally.similaritySum += pair.similarity;
    tally.together.add(pair.object, pair.hypothesis);
  }
}

function average(tallies: readonly Tally[], frames: readonly BoxFrame[]): Hota {
  const counts = idCounts(frames);
  const objects = frames.reduce((sum, frame) => sum + frame.objects.length, 0);
  const hypotheses = frames.reduce((sum, frame) => sum + frame.hypotheses.length, 0);
  const perAlpha = tallies.map(({ together, truePositives, similaritySum }) => {
    const deta = truePositives / (objects + hypotheses - truePositives);
    const weighted = together.entries().reduce((sum, [object, hypothesis, common]) => {
      const union = (counts.objects.get(object) ?? 0) + (counts.hypotheses.get(hypothesis) ?? 0) - common;
      return sum + (common * common) / Math.max(1, union);
    }, 0);
    const assa = weighted / Math.max(1, truePositives);
    // TrackEval sets the localisation of an empty set to 1.
    const loca = truePositives === 0 ? 1 : similaritySum / truePositives;
    return { hota: Math.sqrt(deta * assa), deta, assa, loca };
  });
  const mean = (name: keyof Hota): number => perAlpha.reduce((sum, at) => sum + at[name], 0) / perAlpha.length;
  return { hota: mean('hota'), deta: mean('deta'), assa: mean('assa'), loca: mean('loca') };
}
