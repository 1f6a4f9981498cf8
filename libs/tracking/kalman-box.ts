import type { Box } from '#geometry/box.js';
import { roundSignificant, roundTo } from './round.js';

/**
 * Kalman filter of a person's box in real time: seconds and pixels, so any frame rate and any gap.
 * Four independent axes (centre x, centre y, width, height), each position and velocity. The velocity fades while nothing
 * is seen (Singer's model of manoeuvring targets, IEEE T-AES 1970, with white noise): after a long gap a person is rather
 * near where they were than far along a straight line. All noise scales with the body height, so it is free of the picture's size.
 * Both centre axes have the same noise and so the same covariance; so have both size axes.
 */
export interface KalmanBox {
  /** [8]: centre x, centre y, width, height (px), then their velocities (px/s). */
  readonly mean: readonly number[];
  /** [6]: variance of position, covariance, variance of velocity, of the centre and then of the size. */
  readonly covariance: readonly number[];
}

interface AxisNoise {
  /** Of one observation, standard deviation in body heights. */
  readonly observation: number;
  /** Of a new track's velocity, body heights a second. */
  readonly startVelocity: number;
  /** Growth of the velocity's deviation, body heights a second in one second. */
  readonly drift: number;
  /** How long a velocity lasts, seconds. */
  readonly fadeSec: number;
}

/**
 * Chosen on PETS09-S2L1 with the default model at 7, 3.5 and 2.3 frames a second and with its public detections (2026-11-21).
 * Tuned and scored on the same clip: MOTA hardly moves between neighbouring values (0.003), IDF1 does (0.75 to 0.85).
 */
const CENTRE: AxisNoise = { observation: 0.08, startVelocity: 1.5, drift: 0.6, fadeSec: 3 };
const SIZE: AxisNoise = { observation: 0.12, startVelocity: 0.2, drift: 0.1, fadeSec: 0.5 };

const noiseOf = (axis: number) => (axis < 2 ? CENTRE : SIZE);
const covarianceAt = (axis: number) => (axis < 2 ? 0 : 3);

/** The filter after the first observation. */
export function startKalmanBox(box: Box): KalmanBox {
  const observed = toAxes(box);
  const heightPx = bodyHeight(observed[3]);
  const covariance = [CENTRE, SIZE].flatMap((noise) => [
    (noise.observation * heightPx) ** 2,
    0,
    (noise.startVelocity * heightPx) ** 2,
  ]);
  return rounded([...observed, 0, 0, 0, 0], covariance);
}

/** Where the box should be `dtSec` later; not rounded, not to be stored. */
export function predictKalmanBox(filter: KalmanBox, dtSec: number): KalmanBox {
  const heightPx = bodyHeight(filter.mean[3]);
  const mean = [...filter.mean];
  for (let axis = 0; axis < 4; axis++) {
    const { fadeSec } = noiseOf(axis);
    const kept = Math.exp(-dtSec / fadeSec);
    mean[axis] += mean[axis + 4] * fadeSec * (1 - kept);
    mean[axis + 4] *= kept;
  }
  return { mean, covariance: [0, 2].flatMap((axis) => grownCovariance(filter, { axis, dtSec, heightPx })) };
}

function grownCovariance(
  filter: KalmanBox,
  options: { readonly axis: number; readonly dtSec: number; readonly heightPx: number },
): number[] {
  const { axis, dtSec, heightPx } = options;
  const noise = noiseOf(axis);
  const at = covarianceAt(axis);
  const [xx, xv, vv] = filter.covariance.slice(at, at + 3);
  const kept = Math.exp(-dtSec / noise.fadeSec);
  const reach = noise.fadeSec * (1 - kept);
  const drift = (noise.drift * heightPx) ** 2;
  return [
    xx + 2 * reach * xv + reach * reach * vv + (drift * dtSec ** 3) / 3,
    kept * (xv + reach * vv) + (drift * dtSec ** 2) / 2,
    kept * kept * vv + drift * dtSec,
  ];
}

/** A predicted filter corrected by what was seen; rounded for storage. */
export function correctKalmanBox(predicted: KalmanBox, box: Box): KalmanBox {
  const observed = toAxes(box);
  const heightPx = bodyHeight(observed[3]);
  const distrust = centreDistrust(predicted, observed[3]);
  const mean = [...predicted.mean];
  const covariance = [...predicted.covariance];
  for (let axis = 0; axis < 4; axis++) {
    const at = covarianceAt(axis);
    const [xx, xv, vv] = predicted.covariance.slice(at, at + 3);
    const noise = (noiseOf(axis).observation * heightPx) ** 2;
    const total = xx + (axis < 2 ? distrust * noise : noise);
    const innovation = observed[axis] - predicted.mean[axis];
    mean[axis] += (xx / total) * innovation;
    mean[axis + 4] += (xv / total) * innovation;
    covariance[at] = xx * (1 - xx / total);
    covariance[at + 1] = xv * (1 - xx / total);
    covariance[at + 2] = vv - (xv * xv) / total;
  }
  return rounded(mean, covariance);
}

/**
 * Nobody grows or shrinks from one frame to the next: a box of a surprising height is half hidden or holds two people, and its centre
 * is as wrong. Factor of the centre's noise, from 1 on: the square of the height's deviation. The height itself is followed as ever, so
 * who sits down or falls stops being a surprise within half a second.
 */
function centreDistrust(predicted: KalmanBox, observedHeightPx: number): number {
  const variance = predicted.covariance[covarianceAt(3)] + (SIZE.observation * bodyHeight(observedHeightPx)) ** 2;
  return Math.max(1, (observedHeightPx - predicted.mean[3]) ** 2 / variance);
}

/** How far the centre of a box lies from the predicted one, in standard deviations (Mahalanobis distance). */
export function centreDeviation(predicted: KalmanBox, box: Box): number {
  const [x, y, , heightPx] = toAxes(box);
  const total = predicted.covariance[0] + (CENTRE.observation * bodyHeight(heightPx)) ** 2;
  return Math.hypot(x - predicted.mean[0], y - predicted.mean[1]) / Math.sqrt(total);
}

/** The filtered box, xyxy pixels; never inverted. */
export function kalmanBoxToBox(filter: KalmanBox): Box {
  const [x, y, width, height] = filter.mean;
  const halfWidth = Math.max(0.5, width / 2);
  const halfHeight = Math.max(0.5, height / 2);
  return [x - halfWidth, y - halfHeight, x + halfWidth, y + halfHeight];
}

function toAxes(box: Box): number[] {
  return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[2] - box[0], box[3] - box[1]];
}

/** Noise needs a scale even for an empty box. */
function bodyHeight(heightPx: number): number {
  return Math.max(4, heightPx);
}

function rounded(mean: readonly number[], covariance: readonly number[]): KalmanBox {
  return {
    mean: mean.map((value, index) => roundTo(value, index < 4 ? 2 : 1)),
    covariance: covariance.map(roundSignificant),
  };
}
