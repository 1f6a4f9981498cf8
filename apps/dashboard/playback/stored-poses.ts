import type { z } from 'zod';
import type { TrackSegment } from '#storage/generated/client.js';
import { decodeSegment } from '#storage/segment-codec.js';
import type { storedPose } from '../api/schemas/cameras.js';

export type StoredPose = z.infer<typeof storedPose>;

/** Pixels are stored in steps of a fraction of a pixel: more digits would be noise in every answer. */
const round = (value: number): number => Math.round(value * 100) / 100;

/** The poses of a segment in order of time; `atMs` follows from the segment's own wall clock start. */
export function posesOf(segment: Pick<TrackSegment, 'packed' | 'startMs' | 'startPtsUs'>): StoredPose[] {
  const startPtsUs = Number(segment.startPtsUs);
  return decodeSegment(segment.packed).map(({ ptsUs, box, score, keypoints }) => ({
    ptsUs,
    atMs: segment.startMs + (ptsUs - startPtsUs) / 1000,
    box: [round(box[0]), round(box[1]), round(box[2]), round(box[3])],
    score: round(score),
    keypoints: Array.from(keypoints, round),
  }));
}
