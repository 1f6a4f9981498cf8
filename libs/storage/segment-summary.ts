import type { PathPoint } from '#behavior/path-events.js';
import { keyPosesOf, packKeyPoses, timedVectors } from '#pose/key-poses.js';
import { postureBits } from '#pose/posture.js';
import { footPathOf, packFootPath } from './foot-path.js';
import { decodeSegment } from './segment-codec.js';

/** A joint below this score counts as not seen in postures, key poses and foot points: the tracker's own limit. */
export const SEEN_SCORE = 0.2;

/** What searches need of a segment without unpacking it. */
export interface SegmentSummary {
  /** See `postureBits`. */
  readonly postures: number;
  /** See `packKeyPoses`. */
  readonly keyPoses: Uint8Array<ArrayBuffer>;
  /** Where the feet were, and the same as bytes of `packFootPath`. */
  readonly path: readonly PathPoint[];
  readonly feet: Uint8Array<ArrayBuffer>;
}

/** The summary of packed poses. @throws AppError `data-loss` when they cannot be read. About 0.3 ms for 20 poses. */
export function segmentSummary(packed: Uint8Array): SegmentSummary {
  const poses = decodeSegment(packed);
  const path = footPathOf(poses, SEEN_SCORE);
  return {
    path,
    feet: packFootPath(path),
    postures: postureBits(poses, SEEN_SCORE),
    keyPoses: packKeyPoses(keyPosesOf(timedVectors(poses, SEEN_SCORE))),
  };
}
