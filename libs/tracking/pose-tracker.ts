import type { Pose } from '#pose/pose.js';
import type { TrackMeasures } from './measures.js';
import type { TrackerSettings } from './tracker-settings.js';
import type { TrackerState } from './tracker-state.js';

/** The poses found in one frame; `ptsUs` is its media time in microseconds. */
export interface PoseFrame {
  readonly ptsUs: number;
  readonly poses: readonly Pose[];
}

/** A pose of this frame with the identity of its person. `keypoints` and `box` are as observed. */
export interface TrackedPose extends Pose {
  /** Unique in the life of a state (camera, epoch), from 1. */
  readonly trackNo: number;
  /** False while the track may still turn out to be a false detection: keep such poses back, and drop them if it ends so. */
  readonly confirmed: boolean;
  /** [17 × 3] as `keypoints`, with x and y smoothed over time. */
  readonly smoothed: readonly number[];
  readonly measures: TrackMeasures;
}

/** What one frame led to. `ended` lists the tracks that are given up with this frame, confirmed or not. */
export interface TrackerStep {
  readonly state: TrackerState;
  readonly tracks: readonly TrackedPose[];
  readonly ended: readonly number[];
}

/** One frame further: `(state, frame) → (state, tracks)`. Frames come in capture order; any frame rate, any gap. */
export function poseTrackerStep(_state: TrackerState, _frame: PoseFrame, _settings: TrackerSettings): TrackerStep {
  throw new Error('being written');
}

/** The numbers of all tracks that are still alive: what a caller closes when the stream ends. */
export function liveTrackNos(state: TrackerState): number[] {
  return state.tracks.map((track) => track.no);
}
