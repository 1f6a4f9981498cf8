import type { Pose } from '#pose/pose.js';
import {
  lastSeenLikeness,
  LEAST_RETURN,
  mayContinue,
  motionLikeness,
  placeLikeness,
  returnLikeness,
  type Candidate,
} from './association-cost.js';
import { assignSparse, type LikelyPair } from './sparse-assignment.js';
import type { TrackerSettings } from './tracker-settings.js';

/**
 * Which pose goes on with which track: six rounds, each over what the ones before left free. Good poses before weak ones (ByteTrack,
 * ECCV 2022), then by the last observation (OC-SORT, CVPR 2023), by place alone, and who returns.
 */
interface Round {
  readonly takesTrack: (candidate: Candidate) => boolean;
  readonly takesPose: (pose: Pose) => boolean;
  /** 0..1. */
  readonly likeness: (candidate: Candidate, pose: Pose, jointScore: number) => number;
  /** What is less alike stays apart. */
  readonly least: number;
}

/** A weak pose only continues a track seen this recently. */
const WEAK_POSE_GAP_SEC = 1;

/** The pose index of each candidate, −1 for none. */
export function matchInRounds(
  candidates: readonly Candidate[],
  poses: readonly Pose[],
  settings: TrackerSettings,
): number[] {
  const isGood = ({ score }: Pose) => score >= settings.highScore;
  const isConfirmed = ({ track }: Candidate) => track.confirmed;
  const rounds: readonly Round[] = [
    { takesTrack: isConfirmed, takesPose: isGood, likeness: motionLikeness, least: 0.3 },
    {
      takesTrack: (from) => isConfirmed(from) && from.gapSec <= WEAK_POSE_GAP_SEC,
      takesPose: (pose) => !isGood(pose),
      likeness: motionLikeness,
      least: 0.5,
    },
    { takesTrack: isConfirmed, takesPose: isGood, likeness: lastSeenLikeness, least: 0.3 },
    { takesTrack: (from) => !isConfirmed(from), takesPose: () => true, likeness: motionLikeness, least: 0.25 },
    { takesTrack: () => true, takesPose: isGood, likeness: placeLikeness, least: 0.1 },
    { takesTrack: (from) => from.wasLost, takesPose: isGood, likeness: returnLikeness, least: LEAST_RETURN },
  ];
  const poseOf = candidates.map(() => -1);
  const isFree = poses.map(() => true);
  for (const round of rounds) match(round, { candidates, poses, poseOf, isFree }, settings.jointScore);
  return poseOf;
}

interface Work {
  readonly candidates: readonly Candidate[];
  readonly poses: readonly Pose[];
  readonly poseOf: number[];
  readonly isFree: boolean[];
}

/** One round over what is still free. Writes into `poseOf` and `isFree`. */
function match(round: Round, { candidates, poses, poseOf, isFree }: Work, jointScore: number): void {
  const columns = [...poses.keys()].filter((at) => isFree[at] && round.takesPose(poses[at]));
  const pairs: LikelyPair[] = [];
  for (const [row, candidate] of candidates.entries()) {
    if (poseOf[row] !== -1 || !round.takesTrack(candidate)) continue;
    for (const column of columns) {
      if (!mayContinue(candidate, poses[column])) continue;
      const likeness = round.likeness(candidate, poses[column], jointScore);
      if (likeness >= round.least) pairs.push({ row, column, cost: 1 - likeness });
    }
  }
  // A track may as well stay without a pose: otherwise one that is hidden would push the others to their second best.
  for (const { row, column } of assignSparse(pairs, 1 - round.least)) {
    poseOf[row] = column;
    isFree[column] = false;
  }
}
