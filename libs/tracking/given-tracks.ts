import type { Pose } from '#pose/pose.js';
import { measureStep, type MotionHistory } from './measures.js';
import type { TrackedPose } from './pose-tracker.js';

/** A pose whose person is known already. */
export interface GivenPose extends Pose {
  readonly trackNo: number;
}

/**
 * Measures tracks that somebody else has linked, as the tracker measures its own. Boxes and joints stay as they were given: smoothing
 * would change what the file says.
 */
export class GivenTracks {
  private readonly tracks = new Map<number, { readonly history: MotionHistory; readonly lastUs: number }>();
  private readonly jointScore: number;

  /** @param jointScore a joint below it counts as not seen, 0..1. */
  constructor(jointScore: number) {
    this.jointScore = jointScore;
  }

  /** One frame further, in order of time; each person once. `ptsUs`: media time, microseconds. */
  step(ptsUs: number, poses: readonly GivenPose[]): TrackedPose[] {
    return poses.map((pose) => {
      const before = this.tracks.get(pose.trackNo);
      const { box, keypoints } = pose;
      const { history, measures } = measureStep({
        history: before?.history ?? [],
        sinceUs: before === undefined ? 0 : ptsUs - before.lastUs,
        ...{ box, filteredBox: box, keypoints, jointScore: this.jointScore },
      });
      this.tracks.set(pose.trackNo, { history, lastUs: ptsUs });
      return { ...pose, confirmed: true, smoothed: keypoints, observedBox: box, measures };
    });
  }

  /** Forgets a person who does not come again. */
  end(trackNo: number): void {
    this.tracks.delete(trackNo);
  }
}
