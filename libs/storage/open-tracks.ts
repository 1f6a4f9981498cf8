/**
 * Tracks of the running epoch whose newest poses are not stored yet. Poses gather for about two seconds and then become a segment;
 * those of a track that is not confirmed yet wait, and vanish if it never is. Pure; the state is small plain JSON: a pose is 56 whole
 * numbers, each the change since the pose before.
 */
import type { Box } from '#geometry/box.js';
import { dequantisePose, encodeSegment, quantisePose } from './segment-codec.js';
import type { SegmentRow, TrackRow } from './track-writes.js';
import type { TrackedPose } from '#tracking/pose-tracker.js';

/** A segment becomes a row once it spans this much media time, microseconds. */
const SEGMENT_US = 2_000_000;

interface Span {
  readonly startMs: number;
  readonly endMs: number;
  readonly startPtsUs: number;
  readonly endPtsUs: number;
  readonly scoreSum: number;
  /** Body heights a second. */
  readonly maxSpeed: number;
}

interface OpenSegment extends Span {
  /** Source pixels; see `segmentStepPx`. */
  readonly stepPx: number;
  readonly ptsUs: readonly number[];
  /** Quantised poses: the first as it is, the others as changes. */
  readonly rows: readonly (readonly number[])[];
  /** Hull of the boxes, source pixels. */
  readonly hull: Box;
  /** Most people in one of its frames; absent in checkpoints of version 0.1. */
  readonly together?: number;
  /** Joints in metres by place of the pose; null where a pose has none, absent where none has any. */
  readonly spatial?: readonly (readonly number[] | null)[];
}

/** A track that may still go on. */
export interface OpenTrack extends Span {
  readonly no: number;
  readonly confirmed: boolean;
  readonly poses: number;
  /** Body heights. */
  readonly distance: number;
  /** Number of the segment that gathers now, from 0. */
  readonly segmentNo: number;
  /** Null right after one became a row. */
  readonly segment: OpenSegment | null;
}

/** One analysed frame. `stepPx`: accuracy of stored positions, source pixels. */
export interface OpenTracksInput {
  readonly cameraId: string;
  readonly epoch: number;
  readonly ptsUs: number;
  readonly atMs: number;
  readonly stepPx: number;
  readonly tracks: readonly TrackedPose[];
  /** Numbers of the tracks that are given up. */
  readonly ended: readonly number[];
}

/** What a frame led to: rows to write, and the tracks that are still open. */
export interface OpenTracksStep {
  readonly open: readonly OpenTrack[];
  readonly tracks: readonly TrackRow[];
  readonly segments: readonly SegmentRow[];
}

/** One frame further. */
export function openTracksStep(before: readonly OpenTrack[], input: OpenTracksInput): OpenTracksStep {
  const seen = new Map(input.tracks.map((pose) => [pose.trackNo, pose]));
  const known = before.map((track) => {
    const pose = seen.get(track.no);
    seen.delete(track.no);
    return pose === undefined ? track : grown(track, pose, input);
  });
  const born = [...seen.values()].map((pose) => grown(null, pose, input));
  const open: OpenTrack[] = [];
  const tracks: TrackRow[] = [];
  const segments: SegmentRow[] = [];
  for (const track of [...known, ...born]) {
    const closed = input.ended.includes(track.no);
    if (!track.confirmed || !(closed || isFull(track.segment))) {
      if (!closed) open.push(track);
      continue;
    }
    tracks.push(trackRow(track, closed, input));
    if (track.segment !== null) segments.push(segmentRow(track, track.segment, input));
    if (!closed) open.push({ ...track, segmentNo: track.segmentNo + 1, segment: null });
  }
  return { open, tracks, segments };
}

function isFull(segment: OpenSegment | null): boolean {
  return segment !== null && segment.endPtsUs - segment.startPtsUs >= SEGMENT_US;
}

function grown(track: OpenTrack | null, pose: TrackedPose, input: OpenTracksInput): OpenTrack {
  const span = longer(track, pose, input);
  const { trackNo: no, confirmed } = pose;
  if (track === null)
    return { no, confirmed, ...span, poses: 1, distance: 0, segmentNo: 0, segment: grownSegment(null, pose, input) };
  const movedHeights = ((pose.measures.speedHeightsPerSec ?? 0) * (input.ptsUs - track.endPtsUs)) / 1e6;
  return {
    ...track,
    confirmed,
    ...span,
    poses: track.poses + 1,
    distance: track.distance + movedHeights,
    segment: grownSegment(track.segment, pose, input),
  };
}

function grownSegment(segment: OpenSegment | null, pose: TrackedPose, input: OpenTracksInput): OpenSegment {
  const stepPx = segment?.stepPx ?? input.stepPx;
  const numbers = quantisePose(pose, stepPx);
  const newest = segment === null ? [] : sumOf(segment.rows);
  const [x1, y1, x2, y2] = segment?.hull ?? pose.box;
  return {
    ...longer(segment, pose, input),
    stepPx,
    ptsUs: [...(segment?.ptsUs ?? []), input.ptsUs],
    rows: [...(segment?.rows ?? []), numbers.map((value, i) => value - (newest[i] ?? 0))],
    ...grownSpatial(segment, pose),
    together: mostTogether(segment, input),
    hull: [Math.min(x1, pose.box[0]), Math.min(y1, pose.box[1]), Math.max(x2, pose.box[2]), Math.max(y2, pose.box[3])],
  };
}

function grownSpatial(segment: OpenSegment | null, { joints3d }: TrackedPose): Pick<OpenSegment, 'spatial'> {
  const before = segment?.spatial ?? segment?.rows.map(() => null) ?? [];
  if (joints3d === undefined && segment?.spatial === undefined) return {};
  return { spatial: [...before, joints3d ?? null] };
}

function mostTogether(segment: OpenSegment | null, { tracks }: OpenTracksInput): number {
  return Math.max(segment?.together ?? 1, tracks.filter(({ confirmed }) => confirmed).length);
}

function longer(span: Span | null, pose: TrackedPose, input: OpenTracksInput): Span {
  return {
    startMs: span?.startMs ?? input.atMs,
    endMs: input.atMs,
    startPtsUs: span?.startPtsUs ?? input.ptsUs,
    endPtsUs: input.ptsUs,
    scoreSum: (span?.scoreSum ?? 0) + pose.score,
    maxSpeed: Math.max(span?.maxSpeed ?? 0, pose.measures.speedHeightsPerSec ?? 0),
  };
}

function sumOf(rows: readonly (readonly number[])[]): number[] {
  const sum = [...(rows.at(0) ?? [])];
  for (const row of rows.slice(1)) row.forEach((change, i) => (sum[i] += change));
  return sum;
}

type Owner = Pick<OpenTracksInput, 'cameraId' | 'epoch'>;

function trackRow(track: OpenTrack, closed: boolean, { cameraId, epoch }: Owner): TrackRow {
  const { no, startMs, endMs, startPtsUs, endPtsUs, poses, scoreSum, maxSpeed, distance } = track;
  const meanScore = scoreSum / poses;
  const times = { startMs, endMs, startPtsUs, endPtsUs };
  return { cameraId, epoch, trackNo: no, ...times, poses, meanScore, maxSpeed, distance, closed };
}

function segmentRow(track: OpenTrack, segment: OpenSegment, { cameraId, epoch }: Owner): SegmentRow {
  const { startMs, endMs, startPtsUs, endPtsUs, maxSpeed, hull } = segment;
  const poses = segment.rows.length;
  return {
    ...{ cameraId, epoch, trackNo: track.no, segmentNo: track.segmentNo },
    ...{ startMs, endMs, startPtsUs, endPtsUs, poses, maxSpeed },
    ...{ minX: hull[0], minY: hull[1], maxX: hull[2], maxY: hull[3] },
    meanScore: segment.scoreSum / poses,
    together: segment.together ?? 1,
    packed: packedPoses(segment),
  };
}

function packedPoses({ stepPx, ptsUs, rows, spatial }: OpenSegment): Uint8Array<ArrayBuffer> {
  const poses = rows.map((_, i) => ({
    ptsUs: ptsUs[i],
    ...dequantisePose(sumOf(rows.slice(0, i + 1)), stepPx),
    joints3d: spatial?.[i] ?? undefined,
  }));
  return encodeSegment(poses, stepPx);
}
