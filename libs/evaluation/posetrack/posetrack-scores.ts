import { AppError } from '#base/errors.js';
import { jointAp, type JointAp } from './joint-ap.js';
import { jointClearMot, type JointMotCounts } from './joint-clear-mot.js';
import { jointFrames, type JointFrame } from './joint-distances.js';
import { hotaAlphas, hotaRates, jointHota, type HotaRates, type HotaScores } from './joint-hota.js';
import { jointIdentity, type JointIdentityCounts } from './joint-identity.js';
import { pairSequences } from './pair-sequences.js';
import { POSETRACK_JOINTS, poseTrackJointOrder, type PoseSequence, type SequencePair } from './pose-sequence.js';

/**
 * Whose rules are followed. `poseval`: PoseTrack 2017/18 with its quirks (the last frame of a sequence does not count for tracking; a
 * frame without any prediction is one miss and one false positive); `strict`: the same joints without the quirks; `posetrack21`:
 * labelled frames, HOTA counted per frame; `posetrack21-official`: HOTA as the official code counts it.
 */
export const poseTrackVariants = ['poseval', 'strict', 'posetrack21', 'posetrack21-official'] as const;

export type PoseTrackVariant = (typeof poseTrackVariants)[number];

/** Per cent; NaN where it is not defined. */
export interface PoseTrackColumn {
  readonly ap: number;
  readonly mota: number;
  readonly motp: number;
  readonly precision: number;
  readonly recall: number;
  readonly idf1: number;
  readonly hota: number;
}

export interface PoseTrackScores {
  readonly variant: PoseTrackVariant;
  /** Frames that count, over all sequences. */
  readonly frames: number;
  /** Mean over the joints that occur; HOTA as PoseTrack21 totals it. */
  readonly total: PoseTrackColumn;
  /** Keyed by `poseTrackJointOrder`. */
  readonly joints: Readonly<Record<string, PoseTrackColumn>>;
  readonly ap: readonly JointAp[];
  readonly mot: readonly JointMotCounts[];
  readonly identity: readonly JointIdentityCounts[];
  /** Joints in `poseTrackJointOrder`, then the total; 19 alphas each. */
  readonly hota: readonly (readonly HotaRates[])[];
}

/**
 * Scores predictions against ground truth, both one sequence per file, paired by file name.
 * @throws AppError `invalid-input` when a sequence of the ground truth has no prediction or does not fit it.
 */
export function poseTrackScores(
  truths: readonly PoseSequence[],
  predictions: readonly PoseSequence[],
  variant: PoseTrackVariant,
): PoseTrackScores {
  const counted = variant === 'poseval' || variant === 'strict' ? 'annotated' : 'labelled';
  const pairs = truths.map((truth) => {
    const predicted = predictions.find(({ name }) => name === truth.name);
    if (predicted === undefined)
      throw new AppError(
        'invalid-input',
        `There is no prediction named ${truth.name} for the ground truth of that name`,
      );
    return pairSequences(truth, predicted, counted);
  });
  const tracked = variant === 'poseval' ? pairs.map(asPosevalTracks) : pairs.map(allFrames);
  const ap = jointAp(pairs.flatMap(({ frames }) => frames));
  const mot = perJoint((at) => sumCounts(tracked.map((sequence) => jointClearMot(sequence(at)))));
  const identity = perJoint((at) => sumCounts(tracked.map((sequence) => jointIdentity(sequence(at)))));
  const hota = combinedHota(pairs, variant === 'posetrack21-official');
  const asPoseval = variant === 'poseval';
  const columns = perJoint((at) =>
    column({ ap: ap[at], mot: mot[at], identity: identity[at], hota: hota[at], asPoseval }),
  );
  const mean = (name: keyof PoseTrackColumn): number => meanOf(columns.map((joint) => joint[name]));
  return {
    variant,
    frames: pairs.reduce((sum, { frames }) => sum + frames.length, 0),
    total: {
      ...{ ap: mean('ap'), mota: mean('mota'), motp: mean('motp'), precision: mean('precision') },
      ...{
        recall: mean('recall'),
        idf1: mean('idf1'),
        hota: 100 * meanOf(hota[POSETRACK_JOINTS].map((at) => at.hota)),
      },
    },
    joints: Object.fromEntries(poseTrackJointOrder.map((name, at) => [name, columns[at]])),
    ...{ ap, mot, identity, hota },
  };
}

function perJoint<T>(score: (at: number) => T): readonly T[] {
  return Array.from({ length: POSETRACK_JOINTS }, (_, at) => score(at));
}

/** The frames of one joint that count for tracking. */
type TrackedJoint = (at: number) => readonly JointFrame[];

function allFrames({ frames }: SequencePair): TrackedJoint {
  return (at) => jointFrames(frames, at);
}

/**
 * What poseval puts in the place of a frame with people and without any prediction: one object 0 and one hypothesis 0, out of reach.
 * Ids of later sequences are offset by 10,000 each, so that only in the first one the object can be a real one.
 */
function dummyFrame(sequence: number): JointFrame {
  return { objects: [sequence === 0 ? 0 : -1], hypotheses: [-1], distances: [[Infinity]] };
}

function asPosevalTracks({ frames }: SequencePair, sequence: number): TrackedJoint {
  const counted = frames.slice(0, -1);
  return (at) =>
    jointFrames(counted, at).map((frame, index) =>
      counted[index].predicted.length === 0 ? dummyFrame(sequence) : frame,
    );
}

function sumCounts<T extends Readonly<Record<keyof T, number>>>(counts: readonly T[]): T {
  return counts.reduce((sum, next) => {
    const names = Object.keys(sum) as (keyof T)[];
    return Object.fromEntries(names.map((name) => [name, sum[name] + next[name]])) as T;
  });
}

interface ColumnInput {
  readonly ap: JointAp;
  readonly mot: JointMotCounts;
  readonly identity: JointIdentityCounts;
  readonly hota: readonly HotaRates[];
  /** MOTP over every event, and 0 without detections. */
  readonly asPoseval: boolean;
}

function column({ ap, mot, identity, hota, asPoseval }: ColumnInput): PoseTrackColumn {
  const { misses, switches, falsePositives, objects, detections } = mot;
  const distance = asPoseval ? mot.eventDistance : mot.matchedDistance;
  return {
    ap: 100 * ap.ap,
    mota: 100 * (1 - (misses + switches + falsePositives) / objects),
    motp: asPoseval && detections === 0 ? 0 : 100 * (1 - distance / detections),
    precision: (100 * detections) / (detections + falsePositives),
    recall: (100 * detections) / objects,
    idf1: (200 * identity.truePositives) / (identity.objects + identity.hypotheses),
    hota: 100 * meanOf(hota.map((at) => at.hota)),
  };
}

/** Mean of what is defined; NaN where nothing is. */
function meanOf(values: readonly number[]): number {
  const defined = values.filter((value) => Number.isFinite(value));
  return defined.reduce((sum, value) => sum + value, 0) / defined.length;
}

/** Sequences put together as PoseTrack21 does it: counts are added, association scores weighed by true positives. */
function combinedHota(pairs: readonly SequencePair[], official: boolean): readonly (readonly HotaRates[])[] {
  const sequences = pairs.map((pair) => sequenceHota(pair, official));
  return Array.from({ length: POSETRACK_JOINTS + 1 }, (_, at) =>
    hotaAlphas.map((__, alpha) => hotaRates(combine(sequences.map((sequence) => sequence[at][alpha])))),
  );
}

/** One sequence: its joints, then its total, where counts are added and rates are means over the joints. */
export function sequenceHota({ frames }: SequencePair, official: boolean): readonly (readonly HotaScores[])[] {
  const sides = frames.map(({ truth, predicted }) => ({
    hasTruth: truth.length > 0,
    hasPredicted: predicted.length > 0,
  }));
  const joints = perJoint((at) => jointHota({ frames: jointFrames(frames, at), sides, official }));
  const total = hotaAlphas.map((_, alpha) => totalOf(joints.map((joint) => joint[alpha])));
  return [...joints, total];
}

function totalOf(joints: readonly HotaScores[]): HotaScores {
  const sum = (name: keyof HotaScores): number => joints.reduce((all, joint) => all + joint[name], 0);
  const mean = (name: keyof HotaScores): number => sum(name) / joints.length;
  return {
    truePositives: sum('truePositives'),
    falseNegatives: sum('falseNegatives'),
    falsePositives: sum('falsePositives'),
    assRe: mean('assRe'),
    assPr: mean('assPr'),
    assA: mean('assA'),
    fragA: mean('fragA'),
    locA: mean('locA'),
  };
}

function combine(sequences: readonly HotaScores[]): HotaScores {
  const sum = (name: keyof HotaScores): number => sequences.reduce((all, sequence) => all + sequence[name], 0);
  const truePositives = sum('truePositives');
  const weighed = (name: keyof HotaScores): number =>
    sequences.reduce((all, sequence) => all + sequence[name] * sequence.truePositives, 0) / Math.max(1, truePositives);
  return {
    truePositives,
    falseNegatives: sum('falseNegatives'),
    falsePositives: sum('falsePositives'),
    assRe: weighed('assRe'),
    assPr: weighed('assPr'),
    assA: weighed('assA'),
    fragA: weighed('fragA'),
    locA:
      Math.max(
        1e-10,
        sequences.reduce((all, { locA, truePositives: n }) => all + locA * n, 0),
      ) / Math.max(1e-10, truePositives),
  };
}
