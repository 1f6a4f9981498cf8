/** Moments that look like a given pose: key poses of all segments are scanned, then the segments of the nearest tracks looked at in full. */
import { KEY_POSE_BYTES, timedVectors } from '#pose/key-poses.js';
import { embedPose, poseDistance, poseScanner, type PoseScanner } from '#pose/pose-embedding.js';
import type { Database } from './database.js';
import { decodeSegment } from './segment-codec.js';
import { SEEN_SCORE } from './segment-summary.js';
import { eachSegment, keyPosePieces, type KeyPosePiece } from './key-pose-scan.js';
import { stored } from './storage-errors.js';
import { prepareSearch, type PreparedSearch } from './track-conditions.js';
import { wrongField, type TrackSearch } from './track-filter.js';
import { trackId, waysOf } from './track-paths.js';
import { segmentsBetween } from './track-queries.js';
import type { TrackKey } from './track-writes.js';

/** A moment of a track. */
export interface PoseMatch extends TrackKey {
  readonly cameraName: string;
  /** Media time, microseconds, and wall clock, milliseconds. */
  readonly ptsUs: number;
  readonly atMs: number;
  /** See `vectorDistance`: 0 the same, 0.05 hard to tell apart. */
  readonly distance: number;
}

/** What to look for, and among which tracks. */
export interface PoseSearch {
  /** Of `embedPose`. */
  readonly example: Int8Array;
  readonly search: TrackSearch;
  /** Most matches, 1 to 200: the best moment of each track. */
  readonly limit: number;
  /** Matches farther away are left out. Default 0.2. */
  readonly maxDistance?: number | undefined;
}

const MOST = 200;
const FAR = 0.2;
/** A key pose stands for poses up to so far from it. */
const KEY_REACH = 0.05;
/** Tracks kept for a closer look, for each one wanted. */
const SPARE = 3;

/** The nearest moments, nearest first. @throws AppError `invalid-input` naming the field, `unavailable`. */
export async function searchPoses(database: Database, wanted: PoseSearch): Promise<readonly PoseMatch[]> {
  const { limit, example, search, maxDistance = FAR } = wanted;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw wrongField('limit', `${limit} is not a whole number from 1 to ${MOST}.`);
  return stored(async () => {
    const prepared = await prepareSearch(database, search);
    const bounds = { most: limit * SPARE, worst: maxDistance + KEY_REACH };
    const [candidates] = await nearestTracks(database, prepared, { examples: [example], ...bounds });
    const { place } = prepared;
    const ways = place === null ? null : await waysOf(database, candidates, { search: prepared.search, place });
    const kept = ways === null ? candidates : candidates.filter((key) => ways.has(trackId(key)));
    const matches = await closerLook(database, kept, example);
    return matches
      .filter(({ distance }) => distance <= maxDistance)
      .sort((a, b) => a.distance - b.distance || (trackId(a) < trackId(b) ? -1 : 1))
      .slice(0, limit);
  });
}

/** A moment of a stored track as an example. @throws AppError `not-found`; `invalid-input` when too little of the body is seen then. */
export async function exampleAt(database: Database, moment: TrackKey & { readonly ptsUs: number }): Promise<Int8Array> {
  const { trackNo, ptsUs } = moment;
  const segments = await stored(() => segmentsBetween(database, moment, { fromPtsUs: ptsUs, toPtsUs: ptsUs }));
  const poses = segments.filter((each) => each.trackNo === trackNo).flatMap(({ packed }) => decodeSegment(packed));
  const nearest = poses.sort((a, b) => Math.abs(a.ptsUs - ptsUs) - Math.abs(b.ptsUs - ptsUs)).at(0);
  if (nearest === undefined) throw wrongField('ptsUs', `track ${trackId(moment)} has no pose at ${ptsUs} µs.`);
  return exampleOf(nearest.keypoints, 'ptsUs');
}

/** A drawn or given skeleton as an example: [17 × 3] x, y (downwards, any unit), score. @throws AppError `invalid-input`. */
export function exampleOf(keypoints: readonly number[], field: string): Int8Array {
  const example = embedPose(keypoints, SEEN_SCORE);
  if (example !== null) return example;
  throw wrongField(field, 'hips, shoulders and three more joints must be seen in the pose to look for.');
}

/**
 * For each example, the tracks whose key poses come nearest to it: at most `most`, nearest first. One scan for all examples.
 */
export async function nearestTracks(
  database: Database,
  prepared: PreparedSearch,
  wanted: { readonly examples: readonly Int8Array[]; readonly most: number; readonly worst: number },
): Promise<readonly (readonly Candidate[])[]> {
  const all = wanted.examples.map((example) => new NearestTracks(poseScanner(example), wanted));
  for await (const piece of keyPosePieces(database, prepared)) for (const each of all) each.scan(piece);
  return all.map((each) => each.best());
}

interface Candidate extends TrackKey {
  readonly segmentNo: number;
  readonly distance: number;
}

/** The best segment of each of the nearest tracks so far. */
class NearestTracks {
  private readonly byTrack = new Map<string, Candidate>();
  private readonly most: number;
  private worst: number;

  constructor(
    private readonly scanner: PoseScanner,
    bounds: { readonly most: number; readonly worst: number },
  ) {
    this.most = bounds.most;
    this.worst = bounds.worst;
  }

  scan({ cameraId, bytes }: KeyPosePiece): void {
    const vectors = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    eachSegment(bytes, ({ place, at, count }) => {
      let distance = Infinity;
      for (let i = 0; i < count; i++)
        distance = Math.min(distance, this.scanner.distanceAt(vectors, at + i * KEY_POSE_BYTES, this.worst));
      if (distance < this.worst) this.take({ cameraId, ...place(), distance });
    });
  }

  best(): Candidate[] {
    return [...this.byTrack.values()].sort((a, b) => a.distance - b.distance).slice(0, this.most);
  }

  private take(candidate: Candidate): void {
    const id = trackId(candidate);
    const known = this.byTrack.get(id);
    if (known !== undefined && known.distance <= candidate.distance) return;
    this.byTrack.set(id, candidate);
    if (this.byTrack.size < 2 * this.most) return;
    const kept = this.best();
    this.byTrack.clear();
    for (const each of kept) this.byTrack.set(trackId(each), each);
    this.worst = kept[kept.length - 1].distance;
  }
}

/** The nearest pose of each candidate's segment; a segment that was swept meanwhile is left out. One query. */
async function closerLook(
  database: Database,
  candidates: readonly Candidate[],
  example: Int8Array,
): Promise<PoseMatch[]> {
  const of = <K extends keyof Candidate>(name: K): Candidate[K][] => candidates.map((candidate) => candidate[name]);
  const rows = await database.$queryRaw<
    (TrackKey & { readonly cameraName: string; readonly startMs: number; readonly packed: Uint8Array })[]
  >`
    SELECT s."cameraId", s."epoch", s."trackNo", s."startMs", s."packed", c."name" AS "cameraName"
    FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[], ${of('segmentNo')}::int[])
      AS k ("c", "e", "t", "n")
    JOIN "TrackSegment" s ON s."cameraId" = k."c" AND s."epoch" = k."e" AND s."trackNo" = k."t" AND s."segmentNo" = k."n"
    JOIN "Camera" c ON c."id" = s."cameraId"`;
  return rows.flatMap(({ packed, startMs, ...key }) => {
    const poses = decodeSegment(packed);
    const vectors = timedVectors(poses, SEEN_SCORE);
    if (vectors.length === 0) return [];
    const near = vectors.map(({ vector }) => poseDistance(example, vector));
    const at = near.indexOf(Math.min(...near));
    const { offsetMs } = vectors[at];
    return [{ ...key, ptsUs: poses[0].ptsUs + offsetMs * 1000, atMs: startMs + offsetMs, distance: near[at] }];
  });
}
