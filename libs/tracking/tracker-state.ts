/**
 * The tracker's memory. Plain JSON, stored with every frame, so numbers are rounded and per-joint values are flat.
 * Nothing changes while a track is out of sight: predictions start from its last observation.
 */
export interface TrackState {
  readonly no: number;
  readonly confirmed: boolean;
  /** Observations so far. */
  readonly hits: number;
  readonly lastUs: number;
}

export interface TrackerState {
  /** Number of the next new track. */
  readonly nextNo: number;
  /** Live tracks in the order of their birth. */
  readonly tracks: readonly TrackState[];
}

/** The state before the first frame of an epoch. */
export function emptyTrackerState(): TrackerState {
  return { nextNo: 1, tracks: [] };
}
