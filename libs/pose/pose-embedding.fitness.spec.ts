/**
 * How well the nearest poses are of the same exercise and phase, on the 812 poses of ML Kit's fitness samples (googlesamples/mlkit,
 * Apache-2.0; not part of the project): each is left out and looked for among the others. The reference, with 33 joints in three
 * dimensions and distances between pairs of them, gives every pose its class (`expected_knn_loo.json`).
 */
import { readFileSync } from 'node:fs';
import { seededRandom, type Random } from '#base/random.js';
import { itWithData } from '#testing/shared-data.js';
import { convertSkeleton } from './convert-skeleton.js';
import { embedPose, poseScanner } from './pose-embedding.js';
import { joint } from './skeleton.js';

const FILE = 'activity/mlkit_fitness/fitness_pose_samples.csv';
const JOINTS = 33;
const NEIGHBOURS = 10;
const SEED = 7;

const { left_wrist, right_wrist, left_elbow, right_elbow, left_knee, right_knee, left_ankle, right_ankle, nose } =
  joint;
/** What a table, another person or the edge of the picture hides. */
const hides = [
  [left_knee, right_knee, left_ankle, right_ankle],
  [left_elbow, right_elbow, left_wrist, right_wrist],
  [left_ankle, right_ankle],
  [left_elbow, left_wrist, right_wrist],
  [nose, left_wrist, right_wrist, left_ankle, right_ankle],
];

interface Sample {
  readonly label: string;
  readonly keypoints: readonly number[];
}

function samplesOf(file: string): Sample[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const [, label, ...texts] = line.split(',');
      const xyz = texts.map(Number);
      const joints = Array.from({ length: JOINTS }, (_, at) => [xyz[3 * at], xyz[3 * at + 1], 1]).flat();
      return { label, keypoints: convertSkeleton(joints, 'blazepose33', 'coco17') };
    });
}

function withHidden(keypoints: readonly number[], random: Random): number[] {
  const hidden = hides[Math.floor(random() * hides.length)];
  return keypoints.map((value, at) => (at % 3 === 2 && hidden.includes((at - 2) / 3) ? 0 : value));
}

/** Shares of the samples whose nearest, and most of whose ten nearest, are of their class; and of those ten that are. */
function shares(samples: readonly Sample[], hiddenShare: number) {
  const random = seededRandom(SEED);
  const known = samples.map(({ label, keypoints }) => {
    const seen = random() < hiddenShare ? withHidden(keypoints, random) : keypoints;
    return { label, whole: vectorOf(keypoints), seen: vectorOf(seen) };
  });
  const ranks = known.map(({ label, whole }, own) => {
    const scanner = poseScanner(whole);
    const others = known
      .filter((_, at) => at !== own)
      .map((other) => ({ ...other, away: scanner.distanceAt(other.seen, 0, Infinity) }));
    return {
      label,
      near: others
        .sort((a, b) => a.away - b.away)
        .slice(0, NEIGHBOURS)
        .map((other) => other.label),
    };
  });
  const mean = (of: (rank: (typeof ranks)[number]) => number): number =>
    ranks.reduce((sum, rank) => sum + of(rank), 0) / ranks.length;
  return {
    nearest: mean(({ label, near }) => (near[0] === label ? 1 : 0)),
    vote: mean(({ label, near }) => (mostIn(near) === label ? 1 : 0)),
    ofTen: mean(({ label, near }) => near.filter((each) => each === label).length / NEIGHBOURS),
  };
}

function vectorOf(keypoints: readonly number[]): Int8Array {
  const vector = embedPose(keypoints, 0.2);
  if (vector === null) throw new Error('a sample has no vector');
  return vector;
}

function mostIn(labels: readonly string[]): string | undefined {
  const count = (label: string): number => labels.filter((each) => each === label).length;
  return [...labels].sort((a, b) => count(b) - count(a)).at(0);
}

/** As measured on 2026-11-21; fractions. */
const measured = [
  { hidden: 0, nearest: 0.988, vote: 0.99, ofTen: 0.972 },
  { hidden: 0.3, nearest: 0.986, vote: 0.987, ofTen: 0.969 },
];

describe.each(measured)('with something hidden in $hidden of the poses', ({ hidden, nearest, vote, ofTen }) => {
  itWithData(
    `the nearest is of the same class for ${100 * nearest} %`,
    [FILE],
    (file = '') => {
      const found = shares(samplesOf(file), hidden);
      expect(found.nearest).toBeGreaterThanOrEqual(nearest);
      expect(found.vote).toBeGreaterThanOrEqual(vote);
      expect(found.ofTen).toBeGreaterThanOrEqual(ofTen);
    },
    60_000,
  );
});
