/** Moments that look like a given pose: key poses of all segments are scanned, then the segments of the nearest tracks looked at in full. */
import { timedVectors } from '#pose/key-poses.js';
import { embedPose, poseScanner } from '#pose/pose-embedding.js';
import { KEYPOINT_STRIDE } from '#pose/pose.js';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';
import type { Database } from './database.js';
import { nearestTracks, type Candidate } from './nearest-tracks.js';
import { checkPage, rankedPage, type PageWanted, type RankedPage } from './ranked-page.js';
import { decodeSegment } from './segment-codec.js';
import { SEEN_SCORE } from './segment-summary.js';
import { stored } from './storage-errors.js';
import { prepareSearch } from './track-conditions.js';
import { wrongField, type TrackSearch } from './track-filter.js';
import { trackId } from './track-paths.js';
import { posesAround } from './track-poses.js';
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

/** What to look for, among which tracks, and which page of the matches; `limit` 1 to 200. */
export interface PoseSearch extends PageWanted {
  /** Of `embedPose`. */
  readonly example: Int8Array;
  readonly search: TrackSearch;
  /** Matches farther away are left out. Default 0.2. */
  readonly maxDistance?: number | undefined;
}

const MOST = 200;
const FAR = 0.2;
/** A key pose stands for poses up to so far from it. */
const KEY_REACH = 0.05;
/** Tracks that are looked at in full: also the most matches on all pages. */
const SHORTLIST = 300;

/** What a given skeleton must be, in the words of a refusal. */
export const SKELETON_WORDS = `${COCO_JOINT_COUNT * KEYPOINT_STRIDE} finite numbers are needed: x, y and score 0..1 of ${COCO_JOINT_COUNT} joints.`;

/** The best moment of each track, nearest first. @throws AppError `invalid-input` naming the field, `unavailable`. */
export async function searchPoses(database: Database, wanted: PoseSearch): Promise<RankedPage<PoseMatch>> {
  const { example, search, maxDistance = FAR } = wanted;
  checkPage(wanted, MOST);
  return stored(async () => {
    const prepared = await prepareSearch(database, search);
    const bounds = { most: SHORTLIST, worst: maxDistance + KEY_REACH };
    const near = await nearestTracks(database, prepared, { examples: [example], ...bounds });
    const matches = await closerLook(database, near.byExample[0], example);
    return rankedPage(
      matches.filter(({ distance }) => distance <= maxDistance),
      wanted,
      near.isCut,
    );
  });
}

/** A moment of a stored track as an example. @throws AppError `invalid-input` where it has no pose, or one of which too little is seen. */
export async function exampleAt(database: Database, moment: TrackKey & { readonly ptsUs: number }): Promise<Int8Array> {
  const { ptsUs } = moment;
  const poses = await stored(() => posesAround(database, { ...moment, fromPtsUs: ptsUs, toPtsUs: ptsUs }));
  const nearest = poses.sort((a, b) => Math.abs(a.ptsUs - ptsUs) - Math.abs(b.ptsUs - ptsUs)).at(0);
  if (nearest === undefined) throw wrongField('ptsUs', `track ${trackId(moment)} has no pose at ${ptsUs} µs.`);
  return exampleOf(nearest.keypoints, 'ptsUs');
}

/** A drawn or given skeleton as an example: [17 × 3] x, y (downwards, any unit), score 0..1. @throws AppError `invalid-input`. */
export function exampleOf(keypoints: readonly number[], field: string): Int8Array {
  const isScore = (_: number, at: number): boolean => at % KEYPOINT_STRIDE === KEYPOINT_STRIDE - 1;
  if (
    keypoints.length !== COCO_JOINT_COUNT * KEYPOINT_STRIDE ||
    !keypoints.every(Number.isFinite) ||
    keypoints.filter(isScore).some((score) => score < 0 || score > 1)
  )
    throw wrongField(field, SKELETON_WORDS);
  const example = embedPose(keypoints, SEEN_SCORE);
  if (example !== null) return example;
  throw wrongField(
    field,
    'hips, shoulders and three more joints must be seen in the pose to look for, and not all on one point.',
  );
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
  const scanner = poseScanner(example);
  return rows.flatMap(({ packed, startMs, ...key }) => {
    const poses = decodeSegment(packed);
    const vectors = timedVectors(poses, SEEN_SCORE);
    if (vectors.length === 0) return [];
    const near = vectors.map(({ vector }) => scanner.distanceAt(vector, 0, Infinity));
    const at = near.indexOf(Math.min(...near));
    const { offsetMs } = vectors[at];
    return [{ ...key, ptsUs: poses[0].ptsUs + offsetMs * 1000, atMs: startMs + offsetMs, distance: near[at] }];
  });
}
