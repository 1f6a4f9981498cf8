import { KEYPOINT_STRIDE } from '#pose/pose.js';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';
import { oneEuroStep, type OneEuroSettings } from './one-euro.js';
import { roundTo } from './round.js';

/**
 * Smoothed joints of a track. Each joint is filtered relative to the moving body: the body's own shift is applied first, and One
 * Euro works on what is left, so a walking person's skeleton does not trail behind them.
 * State: [17 × 5] x px, y px, rate of x and y relative to the body (body heights/s), remembered score 0..1.
 */
export const JOINT_STATE_STRIDE = 5;

/** Values are in body heights here, so the settings are free of the picture's size. */
const FILTER: OneEuroSettings = { minCutoffHz: 2, beta: 4, rateCutoffHz: 1.5 };

/** A joint once seen well is remembered for some observations: its score fades by this factor each time. */
const SCORE_FADE = 0.8;

/** The state after the first observation. `keypoints`: [17 × 3]. */
export function startJoints(keypoints: readonly number[]): number[] {
  const joints: number[] = [];
  for (let at = 0; at < COCO_JOINT_COUNT * KEYPOINT_STRIDE; at += KEYPOINT_STRIDE)
    joints.push(roundTo(keypoints[at], 1), roundTo(keypoints[at + 1], 1), 0, 0, roundTo(keypoints[at + 2], 2));
  return joints;
}

export interface JointsObservation {
  /** [17 × 3] as observed. */
  readonly keypoints: readonly number[];
  readonly dtSec: number;
  /** How far the body moved since the last observation, pixels. */
  readonly shift: { readonly x: number; readonly y: number };
  readonly heightPx: number;
  /** Below this score a joint stays where the body carries it. */
  readonly minScore: number;
}

/** One observation further. Runs for every person of every frame: it writes into one new array and makes no others. */
export function stepJoints(state: readonly number[], observation: JointsObservation): number[] {
  const next = [...state];
  for (let index = 0; index < COCO_JOINT_COUNT; index++) stepJoint(next, index, observation);
  return next;
}

/** Brings the joint `index` of `joints` one observation further, in place. */
function stepJoint(joints: number[], index: number, observation: JointsObservation): void {
  const { keypoints, dtSec, shift, minScore } = observation;
  const from = index * JOINT_STATE_STRIDE;
  const at = index * KEYPOINT_STRIDE;
  const score = keypoints[at + 2];
  const before = joints[from + 4];
  const remembered = roundTo(Math.max(score, before * SCORE_FADE), 2);
  joints[from + 4] = remembered;
  const wasSeen = before >= minScore;
  const isSeen = score >= minScore;
  if (isSeen && wasSeen) {
    const heightPx = Math.max(4, observation.heightPx);
    filterCoordinate(joints, from, { observed: keypoints[at], carriedBy: shift.x, dtSec, heightPx });
    filterCoordinate(joints, from + 1, { observed: keypoints[at + 1], carriedBy: shift.y, dtSec, heightPx });
    return;
  }
  const isCarried = !isSeen && remembered >= minScore;
  joints[from] = roundTo(isCarried ? joints[from] + shift.x : keypoints[at], 1);
  joints[from + 1] = roundTo(isCarried ? joints[from + 1] + shift.y : keypoints[at + 1], 1);
  joints[from + 2] = 0;
  joints[from + 3] = 0;
}

/** One Euro of one coordinate; its rate lies two places on. */
function filterCoordinate(
  joints: number[],
  at: number,
  seen: { readonly observed: number; readonly carriedBy: number; readonly dtSec: number; readonly heightPx: number },
): void {
  const carried = joints[at] + seen.carriedBy;
  const value = (seen.observed - carried) / seen.heightPx;
  const filtered = oneEuroStep({ value: 0, rate: joints[at + 2] }, { value, dtSec: seen.dtSec }, FILTER);
  joints[at] = roundTo(carried + filtered.value * seen.heightPx, 1);
  joints[at + 2] = roundTo(filtered.rate, 2);
}

/** The joints as keypoints [17 × 3], moved by `shift`, with the remembered scores. */
export function carryJoints(state: readonly number[], shift: { readonly x: number; readonly y: number }): number[] {
  const keypoints: number[] = [];
  for (let from = 0; from < state.length; from += JOINT_STATE_STRIDE)
    keypoints.push(state[from] + shift.x, state[from + 1] + shift.y, state[from + 4]);
  return keypoints;
}

/** The smoothed positions with the scores of `keypoints`: [17 × 3]. */
export function smoothedKeypoints(state: readonly number[], keypoints: readonly number[]): number[] {
  return keypoints.map((value, at) => {
    const field = at % KEYPOINT_STRIDE;
    return field === 2 ? value : state[Math.floor(at / KEYPOINT_STRIDE) * JOINT_STATE_STRIDE + field];
  });
}
