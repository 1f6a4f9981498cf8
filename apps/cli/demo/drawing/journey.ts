import type { Stance } from './figure.js';
import { mixed, running, standing, walking, type Posture } from './gait.js';

/** Places with times: where somebody is when; straight between them. Standing still: the same place twice. */
export type Waypoint = readonly [atSec: number, xM: number, yM: number];

/** Where somebody goes. They are there from the first waypoint to the last. */
export interface Journey {
  readonly waypoints: readonly Waypoint[];
  /** Length of two steps, metres. */
  readonly strideM: number;
  readonly gait: 'walk' | 'run';
}

/** One sampled moment of a journey. */
interface Sample extends Stance {
  readonly speedMps: number;
  readonly wentM: number;
}

const STEP_SEC = 0.02;
/** Corners and stops are rounded over this long. */
const ROUNDED_SEC = 0.5;
const SLOWEST_TURN_MPS = 0.25;
const TURN_RAD_PER_SEC = 3.2;
const STANDS_BELOW_MPS = 0.15;
const WALKS_ABOVE_MPS = 0.7;

/** Posture and place of a traveller at any time of the journey; null outside it. */
export class Traveller {
  private readonly journey: Journey;
  private readonly samples: readonly Sample[];
  private readonly startSec: number;

  constructor(journey: Journey) {
    this.journey = journey;
    this.startSec = journey.waypoints[0][0];
    this.samples = sampled(journey.waypoints);
  }

  at(sec: number): { readonly posture: Posture; readonly stance: Stance } | null {
    const place = (sec - this.startSec) / STEP_SEC;
    const index = Math.floor(place);
    if (index < 0 || index + 1 >= this.samples.length) return null;
    const sample = this.samples[index];
    const { strideM, gait } = this.journey;
    const phase = sample.wentM / strideM;
    const moves = Math.min(1, Math.max(0, (sample.speedMps - STANDS_BELOW_MPS) / (WALKS_ABOVE_MPS - STANDS_BELOW_MPS)));
    const stepping = gait === 'run' ? running(phase) : walking(phase);
    return { posture: mixed(standing(sec), stepping, moves), stance: sample };
  }
}

function sampled(waypoints: readonly Waypoint[]): readonly Sample[] {
  const [startSec, endSec] = [waypoints[0][0], waypoints[waypoints.length - 1][0]];
  const samples: Sample[] = [];
  let before = roundedPlace(waypoints, startSec);
  const ahead = roundedPlace(waypoints, startSec + 1);
  let headingRad = Math.atan2(ahead.yM - before.yM, ahead.xM - before.xM);
  let wentM = 0;
  for (let sec = startSec; sec <= endSec; sec += STEP_SEC) {
    const now = roundedPlace(waypoints, sec);
    const [dx, dy] = [now.xM - before.xM, now.yM - before.yM];
    const speedMps = Math.hypot(dx, dy) / STEP_SEC;
    if (speedMps > SLOWEST_TURN_MPS) headingRad += turnTowards(Math.atan2(dy, dx) - headingRad);
    wentM += Math.hypot(dx, dy);
    samples.push({ ...now, headingRad, speedMps, wentM });
    before = now;
  }
  return samples;
}

/** The part of a turn that one step takes, the short way round. */
function turnTowards(differenceRad: number): number {
  const short = Math.atan2(Math.sin(differenceRad), Math.cos(differenceRad));
  const most = TURN_RAD_PER_SEC * STEP_SEC;
  return Math.min(most, Math.max(-most, short));
}

/** The mean of the straight path over a window around a time. */
function roundedPlace(waypoints: readonly Waypoint[], sec: number): { readonly xM: number; readonly yM: number } {
  const count = 11;
  let [xM, yM] = [0, 0];
  for (let index = 0; index < count; index++) {
    const place = straightPlace(waypoints, sec + ROUNDED_SEC * (index / (count - 1) - 0.5));
    xM += place[0] / count;
    yM += place[1] / count;
  }
  return { xM, yM };
}

function straightPlace(waypoints: readonly Waypoint[], sec: number): readonly [number, number] {
  const next = waypoints.findIndex(([atSec]) => atSec > sec);
  const [, firstX, firstY] = waypoints[0];
  const [, lastX, lastY] = waypoints[waypoints.length - 1];
  if (next === 0) return [firstX, firstY];
  if (next === -1) return [lastX, lastY];
  const [[fromSec, fromX, fromY], [toSec, toX, toY]] = [waypoints[next - 1], waypoints[next]];
  const share = (sec - fromSec) / (toSec - fromSec);
  return [fromX + (toX - fromX) * share, fromY + (toY - fromY) * share];
}
