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

/** One observation further. */
export function stepJoints(state: readonly number[], observation: JointsObservation): number[] {
  const next: number[] = [];
  for (let index = 0; index < COCO_JOINT_COUNT; index++) next.push(...stepJoint(state, index, observation));
  return next;
}

function stepJoint(state: readonly number[], index: number, observation: JointsObservation): number[] {
  const { keypoints, dtSec, shift, minScore } = observation;
  const heightPx = Math.max(4, observation.heightPx);
  const from = index * JOINT_STATE_STRIDE;
  const at = index * KEYPOINT_STRIDE;
  const [x, y, score] = keypoints.slice(at, at + KEYPOINT_STRIDE);
  const remembered = roundTo(Math.max(score, state[from + 4] * SCORE_FADE), 2);
  if (remembered < minScore) return [roundTo(x, 1), roundTo(y, 1), 0, 0, remembered];
  const carriedX = state[from] + shift.x;
  const carriedY = state[from + 1] + shift.y;
  if (score < minScore) return [roundTo(carriedX, 1), roundTo(carriedY, 1), 0, 0, remembered];
  if (state[from + 4] < minScore) return [roundTo(x, 1), roundTo(y, 1), 0, 0, remembered];
  const filter = (observed: number, carried: number, rate: number) =>
    oneEuroStep({ value: 0, rate }, { value: (observed - carried) / heightPx, dtSec }, FILTER);
  const alongX = filter(x, carriedX, state[from + 2]);
  const alongY = filter(y, carriedY, state[from + 3]);
  return [
    roundTo(carriedX + alongX.value * heightPx, 1),
    roundTo(carriedY + alongY.value * heightPx, 1),
    roundTo(alongX.rate, 2),
    roundTo(alongY.rate, 2),
    remembered,
  ];
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
