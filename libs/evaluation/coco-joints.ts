import { KEYPOINT_STRIDE } from '#pose/pose.js';
import { cocoJoints, joint, type CocoJoint } from '#pose/skeleton.js';
import type { CocoGroundTruth, CocoPerson, CocoResult } from './coco-annotations.js';
import { annotationOks, byImage, isLabelled, jointDistance2, jointOks } from './coco-oks.js';

/**
 * How well joints are placed, whether or not the prediction was sure: every person with five labelled joints or more is compared with
 * the prediction of the picture that is most like it (OKS); two people may be compared with the same one. Without any prediction all
 * joints of a person are wrong.
 * PCK: a joint is right within `reach` of the longer side of the annotated box (Yang and Ramanan 2013, section 5).
 * PDJ: within `reach` of the torso, left shoulder to right hip (Toshev and Szegedy 2014, section 4.1); only people with both labelled.
 */
export interface JointScores {
  /** People compared. */
  readonly persons: number;
  /** Mean over people of the OKS with the prediction most like them. */
  readonly meanOks: number;
  /** Of all labelled joints together. Fractions. */
  readonly pck: number;
  readonly pdj: number;
  readonly joints: Readonly<Record<CocoJoint, JointScore>>;
}

/** Fractions; NaN where the joint is not labelled on anybody. */
export interface JointScore {
  readonly labelled: number;
  /** Mean of what the joint adds to OKS. */
  readonly oks: number;
  readonly pck: number;
  readonly pdj: number;
}

const LEAST_LABELLED = 5;

interface Pair {
  readonly person: CocoPerson;
  /** Null where the picture has no prediction. */
  readonly keypoints: readonly number[] | null;
  readonly oks: number;
}

/** @param reach what counts as right, as a fraction of box side or torso. */
export function jointScores(groundTruth: CocoGroundTruth, results: readonly CocoResult[], reach = 0.2): JointScores {
  const resultsOf = byImage(results);
  const pairs = groundTruth.persons
    .filter((person) => !person.isCrowd && person.labelled >= LEAST_LABELLED)
    .map((person) => mostAlike(person, resultsOf.get(person.imageId) ?? []));
  const judged = cocoJoints.map((_, at) =>
    pairs.flatMap((pair) => (isLabelled(pair.person, at) ? [judge(pair, at, reach)] : [])),
  );
  const every = judged.flat();
  const entries = cocoJoints.map((name, at) => [name, summary(judged[at])] as const);
  const { pck, pdj } = summary(every);
  return {
    persons: pairs.length,
    meanOks: mean(pairs.map((pair) => pair.oks)),
    pck,
    pdj,
    joints: Object.fromEntries(entries) as Readonly<Record<CocoJoint, JointScore>>,
  };
}

function mostAlike(person: CocoPerson, results: readonly CocoResult[]): Pair {
  let best: Pair = { person, keypoints: null, oks: 0 };
  for (const { keypoints } of results) {
    const oks = annotationOks(person, keypoints);
    if (best.keypoints === null || oks > best.oks) best = { person, keypoints, oks };
  }
  return best;
}

/** One labelled joint of one person. `withinTorso`: null where the torso is not labelled. */
interface Judged {
  readonly oks: number;
  readonly withinBox: boolean;
  readonly withinTorso: boolean | null;
}

function judge({ person, keypoints }: Pair, at: number, reach: number): Judged {
  const torsoPx = torsoLength(person);
  if (keypoints === null) return { oks: 0, withinBox: false, withinTorso: torsoPx === null ? null : false };
  const [x1, y1, x2, y2] = person.box;
  const distancePx = Math.sqrt(jointDistance2(person, keypoints, at));
  return {
    oks: jointOks(person, keypoints, at),
    withinBox: distancePx <= reach * Math.max(x2 - x1, y2 - y1),
    withinTorso: torsoPx === null ? null : distancePx <= reach * torsoPx,
  };
}

function torsoLength(person: CocoPerson): number | null {
  if (!isLabelled(person, joint.left_shoulder) || !isLabelled(person, joint.right_hip)) return null;
  const [a, b] = [joint.left_shoulder * KEYPOINT_STRIDE, joint.right_hip * KEYPOINT_STRIDE];
  const { keypoints } = person;
  return Math.hypot(keypoints[a] - keypoints[b], keypoints[a + 1] - keypoints[b + 1]);
}

function summary(judged: readonly Judged[]): JointScore {
  const withTorso = judged.filter(({ withinTorso }) => withinTorso !== null);
  return {
    labelled: judged.length,
    oks: mean(judged.map(({ oks }) => oks)),
    pck: mean(judged.map(({ withinBox }) => Number(withinBox))),
    pdj: mean(withTorso.map(({ withinTorso }) => Number(withinTorso))),
  };
}

/** NaN of nothing. */
function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
