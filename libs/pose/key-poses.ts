/**
 * The few most different poses of a span of a track, as bytes that a search reads instead of all poses. Farthest-point selection
 * (Gonzalez 1985): the first pose of which most is seen, then again and again the one farthest from those taken.
 *
 * A record is 28 bytes: the vector (26, see pose-embedding.ts) and its time after the start of the span in milliseconds (uint16 LE).
 */
import { EMBEDDING_SIZE, embedPose, seenJoints, vectorDistance } from './pose-embedding.js';

/** Bytes of one record. */
export const KEY_POSE_BYTES = EMBEDDING_SIZE + 2;

const MOST = 4;
/** Poses nearer than this to one that is taken are hard to tell from it. */
const LEAST_DISTANCE = 0.05;
const LAST_OFFSET_MS = 0xffff;

/** A pose in time, from the start of its span. */
export interface TimedVector {
  readonly offsetMs: number;
  readonly vector: Int8Array;
}

/** The vectors of poses that have one, with their time after the first pose. */
export function timedVectors(
  poses: readonly { readonly ptsUs: number; readonly keypoints: readonly number[] }[],
  minScore: number,
): TimedVector[] {
  return poses.flatMap(({ ptsUs, keypoints }) => {
    const vector = embedPose(keypoints, minScore);
    return vector === null ? [] : [{ offsetMs: Math.round((ptsUs - poses[0].ptsUs) / 1000), vector }];
  });
}

/** At most four vectors, in order of time, of which every other is near one; empty for none. */
export function keyPosesOf(vectors: readonly TimedVector[]): TimedVector[] {
  if (vectors.length === 0) return [];
  const seen = vectors.map(({ vector }) => seenJoints(vector));
  const taken = [seen.indexOf(Math.max(...seen))];
  const nearest = vectors.map(({ vector }) => vectorDistance(vectors[taken[0]].vector, vector));
  while (taken.length < MOST) {
    const farthest = nearest.reduce((best, distance, at) => (distance > nearest[best] ? at : best), 0);
    if (nearest[farthest] < LEAST_DISTANCE) break;
    taken.push(farthest);
    vectors.forEach(({ vector }, at) => {
      nearest[at] = Math.min(nearest[at], vectorDistance(vectors[farthest].vector, vector));
    });
    nearest[farthest] = 0;
  }
  return taken.sort((a, b) => a - b).map((at) => vectors[at]);
}

/** Records one after the other. */
export function packKeyPoses(poses: readonly TimedVector[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(poses.length * KEY_POSE_BYTES);
  const view = new DataView(bytes.buffer);
  poses.forEach(({ offsetMs, vector }, at) => {
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, EMBEDDING_SIZE), at * KEY_POSE_BYTES);
    view.setUint16(at * KEY_POSE_BYTES + EMBEDDING_SIZE, Math.min(LAST_OFFSET_MS, Math.max(0, offsetMs)), true);
  });
  return bytes;
}
