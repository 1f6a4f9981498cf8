/** What a stored path did to a zone or a line: the same questions as live rules ask, over foot points of any time. */
import type { Point } from '#geometry/box.js';
import { polygonContains } from '#geometry/polygon.js';
import { cross, segmentsMeet, type Segment } from '#geometry/segment.js';

/** Where a person's feet were. */
export interface PathPoint {
  /** Media time, microseconds. */
  readonly ptsUs: number;
  /** Same unit as the zone or line. */
  readonly foot: Point;
}

/** A stay in a zone. */
export interface ZoneStay {
  readonly startPtsUs: number;
  /** Of the last point inside. */
  readonly endPtsUs: number;
}

/** A passage over a line, seen by somebody who looks along it from its first to its second end. */
export interface LineCrossing {
  /** Of the first point on the other side. */
  readonly ptsUs: number;
  readonly direction: 'left' | 'right';
}

/** Outside or unseen for no longer than this, a stay goes on: feet at a border flicker. As rules have it by default. */
const LEAVE_US = 1_000_000;
/** Between points that are farther apart in time nobody knows the way. */
const LONGEST_STEP_US = 3_000_000;

/** Stays in a polygon, in order of time. `path`: in order of time. */
export function zoneStays(path: readonly PathPoint[], polygon: readonly Point[]): ZoneStay[] {
  const stays: ZoneStay[] = [];
  for (const { ptsUs, foot } of path) {
    if (!polygonContains(polygon, foot)) continue;
    const last = stays.at(-1);
    if (last !== undefined && ptsUs - last.endPtsUs <= LEAVE_US) stays[stays.length - 1] = { ...last, endPtsUs: ptsUs };
    else stays.push({ startPtsUs: ptsUs, endPtsUs: ptsUs });
  }
  return stays;
}

/** Crossings of a line, in order of time; a path that touches the line and turns back has not crossed it. */
export function lineCrossings(path: readonly PathPoint[], line: Segment): LineCrossing[] {
  const crossings: LineCrossing[] = [];
  let before: PathPoint | null = null;
  for (const point of path) {
    const side = cross(...line, point.foot);
    if (side === 0) continue; // on the line: the next point tells
    if (before !== null && point.ptsUs - before.ptsUs <= LONGEST_STEP_US) {
      const changed = Math.sign(side) !== Math.sign(cross(...line, before.foot));
      if (changed && segmentsMeet([before.foot, point.foot], line))
        crossings.push({ ptsUs: point.ptsUs, direction: side > 0 ? 'right' : 'left' });
    }
    before = point;
  }
  return crossings;
}
