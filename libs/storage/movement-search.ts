/** Movements like one that is stored: where tracks come near its key poses they are compared pose by pose (see movement-match.ts). */
import { setImmediate } from 'node:timers/promises';
import { keyPosesOf, timedVectors } from '#pose/key-poses.js';
import { evenly, matchMovement, type TimedPose } from '#pose/movement-match.js';
import { embedPose } from '#pose/pose-embedding.js';
import type { Database } from './database.js';
import { nearestTracks, type Candidate } from './nearest-tracks.js';
import { checkPage, rankedPage, type PageWanted, type RankedPage } from './ranked-page.js';
import { decodeSegment, type SegmentPose } from './segment-codec.js';
import { SEEN_SCORE } from './segment-summary.js';
import { stored } from './storage-errors.js';
import { prepareSearch } from './track-conditions.js';
import { wrongField, type TrackSearch } from './track-filter.js';
import { trackId } from './track-paths.js';
import { posesAround, type TrackSpan } from './track-poses.js';
import type { TrackKey } from './track-writes.js';

/** A part of a track that was found. */
export interface FoundMovement extends TrackSpan {
  readonly cameraName: string;
  /** Wall clock of its first pose, milliseconds. */
  readonly atMs: number;
  /** Mean over its poses, see `vectorDistance`. */
  readonly distance: number;
}

/** A span of a stored track to look for elsewhere, its own track included; `limit` 1 to 50. */
export interface MovementSearch extends PageWanted {
  readonly example: TrackSpan;
  readonly search: TrackSearch;
  /** Matches farther away are left out. Default 0.12. */
  readonly maxDistance?: number | undefined;
}

const MOST = 50;
const FAR = 0.12;
const LONGEST_US = 30_000_000;
const LEAST_POSES = 4;
/** Tracks that are compared, for each key pose of the movement: at most four times as many matches on all pages. */
const SHORTLIST = 100;
const KEY_WORST = 0.25;
/** A movement is compared pose by pose at this pace, and longer ones at so few poses. */
const STEP_US = 100_000;
const MOST_STEPS = 60;
/** Matching lets a movement be done at half its speed. */
const SLOWEST = 2;

/** The best match of each track, nearest first. @throws AppError `invalid-input` naming the field, `unavailable`. */
export async function searchMovements(database: Database, wanted: MovementSearch): Promise<RankedPage<FoundMovement>> {
  const { search, example, maxDistance = FAR } = wanted;
  checkPage(wanted, MOST);
  const lengthUs = example.toPtsUs - example.fromPtsUs;
  if (!(lengthUs > 0 && lengthUs <= LONGEST_US))
    throw wrongField('toPtsUs', `a movement lasts more than 0 and at most ${LONGEST_US / 1e6} seconds.`);
  return stored(async () => {
    const prepared = await prepareSearch(database, search);
    const poses = await exampleIn(database, example);
    const stepUs = Math.max(STEP_US, lengthUs / MOST_STEPS);
    const query = evenly(timedPoses(poses), stepUs).flatMap(({ vector }) => (vector === null ? [] : [vector]));
    const examples = keyPosesOf(timedVectors(poses, SEEN_SCORE)).map(({ vector }) => vector);
    const near = await nearestTracks(database, prepared, { examples, most: SHORTLIST, worst: KEY_WORST });
    const found: FoundMovement[] = [];
    for (const part of await partsAround(database, near.byExample.flat(), SLOWEST * lengthUs)) {
      const match = matchMovement(query, evenly(timedPoses(part.poses), stepUs));
      if (match !== null && match.distance <= maxDistance) found.push(movementOf(part, match));
      await setImmediate(); // other requests are answered between two tracks
    }
    return rankedPage(bestOfEach(found), wanted, near.isCut);
  });
}

/** The poses of the example. @throws AppError `invalid-input` when there are too few that can be compared. */
async function exampleIn(database: Database, span: TrackSpan): Promise<readonly SegmentPose[]> {
  const around = await posesAround(database, span);
  if (around.length === 0)
    throw wrongField('fromPtsUs', `track ${trackId(span)} has no poses from ${span.fromPtsUs} to ${span.toPtsUs} µs.`);
  const poses = around.filter(({ ptsUs }) => ptsUs >= span.fromPtsUs && ptsUs <= span.toPtsUs);
  const { length } = timedVectors(poses, SEEN_SCORE);
  if (length >= LEAST_POSES) return poses;
  throw wrongField('toPtsUs', `the span has ${length} poses that can be compared; at least ${LEAST_POSES} are needed.`);
}

/** Poses that can be compared; those before and after stand for one that cannot. */
function timedPoses(poses: readonly SegmentPose[]): TimedPose[] {
  return poses
    .map(({ ptsUs, keypoints }) => ({ ptsUs, vector: embedPose(keypoints, SEEN_SCORE) }))
    .filter(({ vector }) => vector !== null);
}

/** Poses of a track without a gap between its segments. */
interface Part extends TrackKey {
  readonly cameraName: string;
  /** Wall clock minus media time. */
  readonly wallMs: number;
  readonly poses: SegmentPose[];
}

type Row = TrackKey & {
  readonly segmentNo: number;
  readonly startMs: number;
  readonly packed: Uint8Array;
  readonly cameraName: string;
};

/** What the tracks of candidates did up to `reachUs` before and after their segments. One query. */
async function partsAround(database: Database, candidates: readonly Candidate[], reachUs: number): Promise<Part[]> {
  const of = <K extends keyof Candidate>(name: K): Candidate[K][] => candidates.map((candidate) => candidate[name]);
  const reach = BigInt(Math.round(reachUs));
  const rows = await database.$queryRaw<Row[]>`
    SELECT DISTINCT ON (s."cameraId", s."epoch", s."trackNo", s."segmentNo")
      s."cameraId", s."epoch", s."trackNo", s."segmentNo", s."startMs", s."packed", c."name" AS "cameraName"
    FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[], ${of('segmentNo')}::int[])
      AS k ("c", "e", "t", "n")
    JOIN "TrackSegment" n ON n."cameraId" = k."c" AND n."epoch" = k."e" AND n."trackNo" = k."t" AND n."segmentNo" = k."n"
    JOIN "TrackSegment" s ON s."cameraId" = n."cameraId" AND s."epoch" = n."epoch" AND s."trackNo" = n."trackNo"
      AND s."startPtsUs" <= n."endPtsUs" + ${reach}::int8 AND s."endPtsUs" >= n."startPtsUs" - ${reach}::int8
    JOIN "Camera" c ON c."id" = s."cameraId"
    ORDER BY s."cameraId", s."epoch", s."trackNo", s."segmentNo"`;
  const parts: Part[] = [];
  let before: Row | null = null;
  for (const row of rows) {
    const poses = decodeSegment(row.packed);
    const isNext = before !== null && trackId(before) === trackId(row) && before.segmentNo + 1 === row.segmentNo;
    const part = parts.at(-1);
    if (isNext && part !== undefined) part.poses.push(...poses);
    else parts.push({ ...row, wallMs: row.startMs - poses[0].ptsUs / 1000, poses });
    before = row;
  }
  return parts;
}

function movementOf(
  { cameraId, epoch, trackNo, cameraName, wallMs }: Part,
  { from, to, distance }: { readonly from: TimedPose; readonly to: TimedPose; readonly distance: number },
): FoundMovement {
  const span = { fromPtsUs: from.ptsUs, toPtsUs: to.ptsUs, atMs: wallMs + from.ptsUs / 1000 };
  return { cameraId, epoch, trackNo, cameraName, ...span, distance };
}

function bestOfEach(found: readonly FoundMovement[]): FoundMovement[] {
  const best = new Map<string, FoundMovement>();
  for (const each of found)
    if (each.distance < (best.get(trackId(each))?.distance ?? Infinity)) best.set(trackId(each), each);
  return [...best.values()];
}
