import type { ProfileName } from '#pose/profile.js';

/** How poses are linked. Times are real time, so the same settings serve any frame rate. */
export interface TrackerSettings {
  /** Poses at or above this score are matched first and may start a track, 0..1. */
  readonly highScore: number;
  /** Poses at or above this score may continue a track, 0..1; lower ones are ignored. */
  readonly lowScore: number;
  /** An unmatched pose at or above this score starts a track, 0..1. */
  readonly newTrackScore: number;
  /** A new track at or above this score is confirmed at once, 0..1; others at their second observation. */
  readonly confirmScore: number;
  /** A joint below this score takes no part in comparisons and does not move its smoothed position, 0..1. */
  readonly jointScore: number;
  /** A confirmed track out of sight for longer than this is ended (seconds). */
  readonly maxLostSec: number;
  /** An unconfirmed track not seen for longer than this is ended (seconds). */
  readonly maxTentativeSec: number;
}

/**
 * Settings for the default model, whose scores are low for people who are far away. On PETS09-S2L1 (7 frames a second, 384 × 512):
 * MOTA 0.847, IDF1 0.792 (2026-11-21), tuned and scored on the same clip. Neighbouring settings move IDF1 between 0.75 and 0.87. With 2 s
 * for `maxLostSec` IDF1 is up to 0.07 higher there, but on Shelf, where some return after three, there are ten switches a joint, not one.
 */
const fast: TrackerSettings = {
  highScore: 0.2,
  lowScore: 0.05,
  newTrackScore: 0.3,
  confirmScore: 0.4,
  jointScore: 0.2,
  maxLostSec: 3,
  maxTentativeSec: 1,
};

/**
 * For a detector with joints per person, whose scores tell people from the rest much better: weak poses are mostly nobody. On
 * PETS09-S2L1 with RTMDet-nano and PP-TinyPose: MOTA 0.856, IDF1 0.883, 10 switches; with the settings of `fast` 0.842, 0.843, 11
 * (2026-11-21, tuned and scored on the same clip).
 */
const perPerson: TrackerSettings = { ...fast, lowScore: 0.2, newTrackScore: 0.4 };

/** By the profile that the poses come from. */
export const trackerSettings: Readonly<Record<ProfileName, TrackerSettings>> = {
  fast,
  accurate: perPerson,
  pose3d: perPerson,
};
