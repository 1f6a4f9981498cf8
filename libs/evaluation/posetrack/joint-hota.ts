import { bestPairs } from '../best-pairs.js';
import { PairCounts } from '../box-sequence.js';
import type { JointFrame } from './joint-distances.js';

/**
 * HOTA of one joint class over one sequence.
 * Source: PoseTrack21 @3e61960e (MIT), its fork of TrackEval's `hota.py`: similarity max(0, 1 − d / 0.5001) with d in head sizes,
 * pairs by optimal assignment on similarity alone (no alignment over the sequence, as box HOTA has it).
 * The official code adds the counts of the whole sequence for a frame in which one side is empty; `official` does the same.
 */
export const hotaAlphas: readonly number[] = Array.from({ length: 19 }, (_, index) => 0.05 * (index + 1));

/** At one alpha. Counts are of joints; the others 0..1. */
export interface HotaScores {
  readonly truePositives: number;
  readonly falseNegatives: number;
  readonly falsePositives: number;
  readonly assRe: number;
  readonly assPr: number;
  readonly assA: number;
  /** As `assA`, with each unbroken run of matches of an object to one id counted by itself. */
  readonly fragA: number;
  readonly locA: number;
}

export interface HotaRates extends HotaScores {
  readonly detRe: number;
  readonly detPr: number;
  readonly detA: number;
  readonly hota: number;
  readonly rhota: number;
  readonly faHota: number;
}

const REACH = 0.5001;
const EPSILON = Number.EPSILON;
const TINY = 1e-10;

interface Match {
  readonly object: number;
  readonly hypothesis: number;
  readonly similarity: number;
}

/** Whether a frame has people at all, with this joint or without: the official code looks at that. */
export interface FrameSides {
  readonly hasTruth: boolean;
  readonly hasPredicted: boolean;
}

export interface HotaInput {
  readonly frames: readonly JointFrame[];
  readonly sides: readonly FrameSides[];
  readonly official: boolean;
}

/** [19] in the order of `hotaAlphas`. */
export function jointHota(input: HotaInput): readonly HotaScores[] {
  const { frames } = input;
  const matches = frames.map(matchFrame);
  const objectCounts = countIds(frames.map(({ objects }) => objects));
  const hypothesisCounts = countIds(frames.map(({ hypotheses }) => hypotheses));
  const total = (counts: ReadonlyMap<number, number>): number => [...counts.values()].reduce((sum, n) => sum + n, 0);
  const totals = { objects: total(objectCounts), hypotheses: total(hypothesisCounts) };
  const union = (object: number, hypothesis: number, common: number): number =>
    Math.max(1, (objectCounts.get(object) ?? 0) + (hypothesisCounts.get(hypothesis) ?? 0) - common);
  return hotaAlphas.map((alpha): HotaScores => {
    const valid = matches.map((frame) => frame.filter(({ similarity }) => similarity >= alpha - EPSILON));
    const together = new PairCounts();
    let [truePositives, similaritySum] = [0, 0];
    for (const { object, hypothesis, similarity } of valid.flat()) {
      truePositives++;
      similaritySum += similarity;
      together.add(object, hypothesis);
    }
    const counts = missed(input, { valid, totals });
    const weigh = (share: (object: number, hypothesis: number, common: number) => number): number =>
      together
        .entries()
        .reduce((sum, [object, hypothesis, common]) => sum + common * share(object, hypothesis, common), 0) /
      Math.max(1, truePositives);
    return {
      truePositives,
      ...counts,
      assRe: weigh((object, _, common) => common / Math.max(1, objectCounts.get(object) ?? 0)),
      assPr: weigh((_, hypothesis, common) => common / Math.max(1, hypothesisCounts.get(hypothesis) ?? 0)),
      assA: weigh((object, hypothesis, common) => common / union(object, hypothesis, common)),
      fragA:
        fragments(valid).reduce(
          (sum, { object, hypothesis, length }) =>
            sum + (length * length) / union(object, hypothesis, together.get(object, hypothesis)),
          0,
        ) / Math.max(1, truePositives),
      locA: Math.max(TINY, similaritySum) / Math.max(TINY, truePositives),
    };
  });
}

/** The rates that follow from counts and association scores. */
export function hotaRates(scores: HotaScores): HotaRates {
  const { truePositives, falseNegatives, falsePositives, assA, fragA } = scores;
  const detRe = truePositives / Math.max(1, truePositives + falseNegatives);
  const detPr = truePositives / Math.max(1, truePositives + falsePositives);
  const detA = truePositives / Math.max(1, truePositives + falseNegatives + falsePositives);
  return {
    ...scores,
    ...{ detRe, detPr, detA },
    hota: Math.sqrt(detA * assA),
    rhota: Math.sqrt(detRe * assA),
    faHota: Math.sqrt(detA * Math.sqrt(assA * fragA)),
  };
}

function matchFrame({ objects, hypotheses, distances }: JointFrame): readonly Match[] {
  const similarity = distances.map((row) => row.map((distance) => Math.max(0, 1 - distance / REACH)));
  return bestPairs(objects.length, hypotheses.length, (row, column) => -similarity[row][column]).map(
    ({ row, column }) => ({
      object: objects[row],
      hypothesis: hypotheses[column],
      similarity: similarity[row][column],
    }),
  );
}

function missed(
  { frames, sides, official }: HotaInput,
  found: {
    readonly valid: readonly (readonly Match[])[];
    readonly totals: { readonly objects: number; readonly hypotheses: number };
  },
): { readonly falseNegatives: number; readonly falsePositives: number } {
  let [falseNegatives, falsePositives] = [0, 0];
  for (const [index, { objects, hypotheses }] of frames.entries()) {
    const { hasTruth, hasPredicted } = sides[index];
    if (official && !hasTruth) falsePositives += found.totals.hypotheses;
    else if (official && !hasPredicted) falseNegatives += found.totals.objects;
    else {
      falseNegatives += objects.length - found.valid[index].length;
      falsePositives += hypotheses.length - found.valid[index].length;
    }
  }
  return { falseNegatives, falsePositives };
}

interface Fragment {
  readonly object: number;
  readonly hypothesis: number;
  readonly length: number;
}

/** Runs of matches of an object to one id; a frame in which it has no match does not end a run. */
function fragments(valid: readonly (readonly Match[])[]): readonly Fragment[] {
  const open = new Map<number, Fragment>();
  const ended: Fragment[] = [];
  for (const { object, hypothesis } of valid.flat()) {
    const run = open.get(object);
    if (run?.hypothesis === hypothesis) open.set(object, { ...run, length: run.length + 1 });
    else {
      if (run !== undefined) ended.push(run);
      open.set(object, { object, hypothesis, length: 1 });
    }
  }
  return [...ended, ...open.values()];
}

function countIds(frames: readonly (readonly number[])[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const id of frames.flat()) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
}
