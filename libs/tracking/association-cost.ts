import { iou, type Box } from '#geometry/box.js';
import { oks } from '#pose/oks.js';
import type { Pose } from '#pose/pose.js';
import { carryJoints } from './joints.js';
import { centreDeviation, kalmanBoxToBox, predictKalmanBox, type KalmanBox } from './kalman-box.js';
import type { TrackState } from './tracker-state.js';

/**
 * How well a pose fits a track: the geometric mean of the OKS of the joints that both show and the IoU of the boxes, or the IoU alone
 * where joints are few (PoseTrack practice: OKS separates people whose boxes overlap, IoU survives bad joints). Joints and box are
 * first moved to where the body should be by now. What has had longer to move is compared more leniently: σ of OKS and the
 * boxes grow with the gap (buffered IoU: Yang et al., WACV 2023, "C-BIoU").
 */
export interface Candidate {
  readonly track: TrackState;
  /** It was not seen in the frame before. */
  readonly wasLost: boolean;
  /** Since the last observation, seconds; ≥ 0. */
  readonly gapSec: number;
  /** The box filter now, with its uncertainty. */
  readonly filter: KalmanBox;
  /** Where the track should be now. */
  readonly predicted: Pose;
}

const MIN_COMMON_JOINTS = 5;
/** Widens OKS' σ, which describe people who annotate large pictures, to a detector on small figures. */
const SIGMA_SCALE = 2;
const SIGMA_GROWTH_PER_SEC = 2;
const BUFFER = 0.05;
const BUFFER_PER_SEC = 0.3;
const LARGEST_BUFFER = 0.5;
/** Largest distance of the centres, in body heights: at once, for each second, and at all. */
const REACH = { heights: 0.35, heightsPerSec: 2.5, most: 2 };
const LARGEST_HEIGHT_RATIO = 2.2;
/** From 10 frames a second on, boxes of one person meet from frame to frame. */
const LEAST_PLACE_GAP_SEC = 0.1;
/** Standard deviations of who returns: distance in body heights, at once and for each second, and height as a logarithm. */
const RETURN = { heights: 0.25, heightsPerSec: 0.2, logHeight: 0.12 };
/** Below this a pose is taken for somebody else. */
export const LEAST_RETURN = 0.35;
/** Of a Gaussian in two dimensions, 98.9 % lies within three deviations. */
const MOST_DEVIATIONS = 3;

/** A track brought forward to `ptsUs`. `frameUs`: media time of the frame before. */
export function candidate(track: TrackState, ptsUs: number, frameUs: number): Candidate {
  const gapSec = Math.max(0, ptsUs - track.lastUs) / 1e6;
  const filter = predictKalmanBox(track.filter, gapSec);
  const shift = { x: filter.mean[0] - track.filter.mean[0], y: filter.mean[1] - track.filter.mean[1] };
  return {
    track,
    wasLost: track.lastUs < frameUs,
    gapSec,
    filter,
    predicted: { box: kalmanBoxToBox(filter), score: 1, keypoints: carryJoints(track.joints, shift) },
  };
}

/** Likeness of a pose to where a track is expected, 0..1; 0: impossible. */
export function motionLikeness(from: Candidate, pose: Pose, jointScore: number): number {
  // Most pairs of a frame are far apart: they cost this and nothing else.
  if (!isWithinReach(from.predicted.box, pose.box, from.gapSec)) return 0;
  return likeness({ expected: from.predicted, gapSec: from.gapSec, pose, jointScore });
}

/**
 * Likeness by place alone, 0..1: how far the centre lies from where it is expected, in standard deviations of the Kalman filter.
 * Finds who moves so far between two frames that the boxes no longer meet: fast people and low frame rates. At high frame rates it says
 * nothing: nobody is that fast.
 */
export function placeLikeness(from: Candidate, pose: Pose): number {
  if (from.gapSec < LEAST_PLACE_GAP_SEC || !isWithinReach(from.predicted.box, pose.box, from.gapSec)) return 0;
  return (
    Math.max(0, 1 - centreDeviation(from.filter, pose.box) / MOST_DEVIATIONS) * sizeLikeness(from.track.box, pose.box)
  );
}

/**
 * How likely a pose is a person who was out of sight for at least a frame, 0..1: near where they are expected, and as tall. What comes
 * into the picture meanwhile is mostly somebody else, so this is stricter than going on from frame to frame.
 */
export function returnLikeness(from: Candidate, pose: Pose): number {
  const wasPx = Math.max(1, from.track.filter.mean[3]);
  const isPx = Math.max(1, pose.box[3] - pose.box[1]);
  const away =
    (2 * distance(from.predicted.box, pose.box)) /
    (wasPx + isPx) /
    (RETURN.heights + RETURN.heightsPerSec * from.gapSec);
  const taller = Math.log(isPx / wasPx) / RETURN.logHeight;
  return Math.exp(-(away * away + taller * taller) / 2);
}

/** Whether a pose may go on with a track at all. */
export function mayContinue(from: Candidate, pose: Pose): boolean {
  return !from.wasLost || returnLikeness(from, pose) >= LEAST_RETURN;
}

/** Likeness of a pose to where a track was last seen: helps who stopped or turned while hidden (OC-SORT, CVPR 2023, §3.4). */
export function lastSeenLikeness(from: Candidate, pose: Pose, jointScore: number): number {
  const { track, gapSec } = from;
  if (!isWithinReach(track.box, pose.box, gapSec)) return 0;
  const last = { box: track.box, score: 1, keypoints: carryJoints(track.joints, { x: 0, y: 0 }) };
  return likeness({ expected: last, gapSec, pose, jointScore });
}

function likeness(pair: {
  readonly expected: Pose;
  readonly gapSec: number;
  readonly pose: Pose;
  readonly jointScore: number;
}): number {
  const { expected, gapSec, pose, jointScore } = pair;
  const buffer = Math.min(LARGEST_BUFFER, BUFFER + BUFFER_PER_SEC * gapSec);
  const boxes = iou(grown(expected.box, buffer), grown(pose.box, buffer));
  const sigmaScale = SIGMA_SCALE + SIGMA_GROWTH_PER_SEC * Math.min(1, gapSec);
  const joints = oks(expected, pose, { minScore: jointScore, minCommonJoints: MIN_COMMON_JOINTS, sigmaScale });
  return joints === null ? boxes : Math.sqrt(joints * boxes);
}

/** Between the centres, pixels. */
function distance(a: Box, b: Box): number {
  const x = a[0] + a[2] - b[0] - b[2];
  const y = a[1] + a[3] - b[1] - b[3];
  return Math.sqrt(x * x + y * y) / 2; // for every pair of a frame: several times faster than Math.hypot
}

function isWithinReach(a: Box, b: Box, gapSec: number): boolean {
  const heightA = Math.max(1, a[3] - a[1]);
  const heightB = Math.max(1, b[3] - b[1]);
  if (Math.max(heightA, heightB) > LARGEST_HEIGHT_RATIO * Math.min(heightA, heightB)) return false;
  const reach = Math.min(REACH.most, REACH.heights + REACH.heightsPerSec * gapSec);
  return distance(a, b) <= (reach * (heightA + heightB)) / 2;
}

/** 1 for equal heights, falling as their ratio. */
function sizeLikeness(a: Box, b: Box): number {
  const [heightA, heightB] = [Math.max(1, a[3] - a[1]), Math.max(1, b[3] - b[1])];
  return Math.min(heightA, heightB) / Math.max(heightA, heightB);
}

/** A box with `share` of its size added on each side. */
function grown(box: Box, share: number): Box {
  const x = (box[2] - box[0]) * share;
  const y = (box[3] - box[1]) * share;
  return [box[0] - x, box[1] - y, box[2] + x, box[3] + y];
}
