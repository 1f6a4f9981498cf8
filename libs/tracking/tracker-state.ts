import type { Box } from '#geometry/box.js';
import type { KalmanBox } from './kalman-box.js';
import type { MotionHistory } from './measures.js';

/**
 * The tracker's memory. Plain JSON, stored with every frame: numbers are rounded, per-joint values are flat.
 * Nothing of a track changes while it is out of sight: predictions start from its last observation.
 */
export interface TrackState {
  readonly no: number;
  readonly confirmed: boolean;
  /** Observations so far. */
  readonly hits: number;
  /** Media time of the last observation, microseconds. */
  readonly lastUs: number;
  /** As last observed, pixels. */
  readonly box: Box;
  readonly filter: KalmanBox;
  /** See joints.ts. */
  readonly joints: readonly number[];
  readonly history: MotionHistory;
}

export interface TrackerState {
  /** Number of the next new track. */
  readonly nextNo: number;
  /** Live tracks in the order of their birth. */
  readonly tracks: readonly TrackState[];
  /** Media time of the last frame, microseconds; below every time before the first. */
  readonly frameUs: number;
}

/** The state before the first frame of an epoch. */
export function emptyTrackerState(): TrackerState {
  return { nextNo: 1, tracks: [], frameUs: Number.MIN_SAFE_INTEGER };
}

/** The numbers of all tracks that are still alive, confirmed or not: what a caller closes when the stream ends. */
export function liveTrackNos(state: TrackerState): number[] {
  return state.tracks.map((track) => track.no);
}
