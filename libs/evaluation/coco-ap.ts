import { KEYPOINT_STRIDE } from '#pose/pose.js';
import type { CocoGroundTruth, CocoPerson, CocoResult } from './coco-annotations.js';
import { annotationOks, byImage } from './coco-oks.js';

/**
 * Average precision and recall of poses by OKS, as COCO computes them.
 * Source: `COCOeval` of pycocotools 2.0 with `iouType='keypoints'` (BSD-2), https://github.com/cocodataset/cocoapi.
 * Deviation: a score that is not defined is NaN, not −1; an annotation with id 0 counts like any other.
 */
export interface CocoAverages {
  /** Mean over OKS thresholds 0.50, 0.55 … 0.95; `ap50` and `ap75` at one of them. Fractions. */
  readonly ap: number;
  readonly ap50: number;
  readonly ap75: number;
  /** People of 32² to 96² px², and above. */
  readonly apMedium: number;
  readonly apLarge: number;
  readonly ar: number;
  readonly ar50: number;
  readonly ar75: number;
  readonly arMedium: number;
  readonly arLarge: number;
}

const MOST_RESULTS = 20;
const oksThresholds = steps(0.5, 0.95, 10);
const recallLevels = steps(0, 1, 101);
const AT_50 = 0;
const AT_75 = 5;

/** Least and greatest area that counts, px². */
type AreaRange = readonly [least: number, greatest: number];
const everyArea: AreaRange = [0, 1e10];
const mediumArea: AreaRange = [32 ** 2, 96 ** 2];
const largeArea: AreaRange = [96 ** 2, 1e10];

/** People and predictions of one picture: the best 20 by score, each with its OKS with every person. */
interface Picture {
  readonly persons: readonly CocoPerson[];
  readonly candidates: readonly Candidate[];
}

interface Candidate {
  readonly score: number;
  /** Of the box around its joints, px². */
  readonly areaPx2: number;
  /** One for each person of the picture. */
  readonly oks: readonly number[];
}

/** A prediction after matching. `ignored`: it counts neither for nor against. */
interface Verdict {
  readonly score: number;
  readonly matched: boolean;
  readonly ignored: boolean;
}

/** All scores; those of an area range without people are NaN. */
export function cocoAverages(groundTruth: CocoGroundTruth, results: readonly CocoResult[]): CocoAverages {
  const pictures = picturesOf(groundTruth, results);
  const all = averages(pictures, everyArea);
  const medium = averages(pictures, mediumArea);
  const large = averages(pictures, largeArea);
  return {
    ap: mean(all.precisions),
    ap50: all.precisions[AT_50],
    ap75: all.precisions[AT_75],
    apMedium: mean(medium.precisions),
    apLarge: mean(large.precisions),
    ar: mean(all.recalls),
    ar50: all.recalls[AT_50],
    ar75: all.recalls[AT_75],
    arMedium: mean(medium.recalls),
    arLarge: mean(large.recalls),
  };
}

/** In the order of their ids, which decides between predictions of one score. */
function picturesOf({ images, persons }: CocoGroundTruth, results: readonly CocoResult[]): readonly Picture[] {
  const personsOf = byImage(persons);
  const resultsOf = byImage(results);
  const ids = images.map((image) => image.id).sort((a, b) => a - b);
  return ids.map((id) => {
    const here = personsOf.get(id) ?? [];
    const best = byScore(resultsOf.get(id) ?? []).slice(0, MOST_RESULTS);
    return { persons: here, candidates: best.map((result) => candidateOf(result, here)) };
  });
}

function candidateOf({ score, keypoints }: CocoResult, persons: readonly CocoPerson[]): Candidate {
  const xs = keypoints.filter((_, at) => at % KEYPOINT_STRIDE === 0);
  const ys = keypoints.filter((_, at) => at % KEYPOINT_STRIDE === 1);
  const areaPx2 = (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
  return { score, areaPx2, oks: persons.map((person) => annotationOks(person, keypoints)) };
}

/** Highest first; of equal ones the earlier stays first. */
function byScore<T extends { readonly score: number }>(scored: readonly T[]): T[] {
  return [...scored].sort((a, b) => b.score - a.score);
}

/** One value per OKS threshold. */
function averages(pictures: readonly Picture[], range: AreaRange): { precisions: number[]; recalls: number[] } {
  const asked = pictures.flatMap(({ persons }) => persons.filter((person) => !isIgnored(person, range))).length;
  const curves = oksThresholds.map((threshold) => {
    const verdicts = byScore(pictures.flatMap((picture) => matchPicture(picture, range, threshold)));
    return curve(verdicts, asked);
  });
  return { precisions: curves.map((at) => at.precision), recalls: curves.map((at) => at.recall) };
}

function isIgnored({ isCrowd, labelled, areaPx2 }: CocoPerson, range: AreaRange): boolean {
  return isCrowd || labelled === 0 || isOutside(areaPx2, range);
}

function isOutside(areaPx2: number, [least, greatest]: AreaRange): boolean {
  return areaPx2 < least || areaPx2 > greatest;
}

/**
 * Best score first, each prediction takes the free person it is most like, from the threshold on; ignored people only where no other
 * person is left to it. A crowd may be taken any number of times.
 */
function matchPicture({ persons, candidates }: Picture, range: AreaRange, threshold: number): readonly Verdict[] {
  const ignored = persons.map((person) => isIgnored(person, range));
  const taken = persons.map(() => false);
  return candidates.map(({ score, areaPx2, oks }) => {
    const isFree = (at: number): boolean => !taken[at] || persons[at].isCrowd;
    const pick = (wanted: boolean): number =>
      mostAlike(oks, { threshold, isOpen: (at) => ignored[at] === wanted && isFree(at) });
    const asked = pick(false);
    const found = asked >= 0 ? asked : pick(true);
    if (found < 0) return { score, matched: false, ignored: isOutside(areaPx2, range) };
    taken[found] = true;
    return { score, matched: true, ignored: ignored[found] };
  });
}

/** Index of the greatest OKS from the threshold on; of equal ones the last; −1 for none. */
function mostAlike(
  oks: readonly number[],
  { threshold, isOpen }: { readonly threshold: number; readonly isOpen: (at: number) => boolean },
): number {
  let [best, found] = [Math.min(threshold, 1 - 1e-10), -1];
  oks.forEach((value, at) => {
    if (value < best || !isOpen(at)) return;
    [best, found] = [value, at];
  });
  return found;
}

/** Precision averaged over 101 levels of recall, and the recall that all predictions reach. */
function curve(verdicts: readonly Verdict[], asked: number): { precision: number; recall: number } {
  if (asked === 0) return { precision: Number.NaN, recall: Number.NaN };
  const counted = verdicts.filter((verdict) => !verdict.ignored);
  let found = 0;
  const points = counted.map(({ matched }, at) => {
    if (matched) found++;
    return { recall: found / asked, precision: found / (at + 1 + Number.EPSILON) };
  });
  for (let at = points.length - 1; at > 0; at--)
    points[at - 1].precision = Math.max(points[at - 1].precision, points[at].precision);
  let at = 0;
  const reached = recallLevels.map((level) => {
    while (at < points.length && points[at].recall < level) at++;
    return points.at(at)?.precision ?? 0;
  });
  return { precision: mean(reached), recall: points.at(-1)?.recall ?? 0 };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `count` numbers from `first` to `last` at equal distances; the last is exact. */
function steps(first: number, last: number, count: number): readonly number[] {
  const step = (last - first) / (count - 1);
  return Array.from({ length: count }, (_, at) => (at === count - 1 ? last : at * step + first));
}
