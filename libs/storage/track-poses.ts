/** Stored poses of a track within a span of media time. */
import type { Database } from './database.js';
import { decodeSegment, type SegmentPose } from './segment-codec.js';
import { segmentsBetween } from './track-queries.js';
import type { TrackKey } from './track-writes.js';

/** A part of a stored track; media time, microseconds, both ends included. */
export interface TrackSpan extends TrackKey {
  readonly fromPtsUs: number;
  readonly toPtsUs: number;
}

/** The poses of a span in order of time; those of the segments that touch it, also outside the span. One query. */
export async function posesAround(database: Database, span: TrackSpan): Promise<SegmentPose[]> {
  const segments = await segmentsBetween(database, span, span);
  return segments.filter(({ trackNo }) => trackNo === span.trackNo).flatMap(({ packed }) => decodeSegment(packed));
}
