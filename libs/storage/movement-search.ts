/** Movements like one that is stored: tracks that come near its key poses are compared pose by pose (see movement-match.ts). */
import { keyPosesOf, timedVectors } from '#pose/key-poses.js';
import { embedPose } from '#pose/pose-embedding.js';
import { matchMovement } from '#pose/movement-match.js';
import type { Database } from './database.js';
import { nearestTracks } from './pose-search.js';
import { decodeSegment, type SegmentPose } from './segment-codec.js';
import { SEEN_SCORE } from './segment-summary.js';
import { stored } from './storage-errors.js';
import { prepareSearch } from './track-conditions.js';
import { wrongField, type TrackSearch } from './track-filter.js';
import { trackId } from './track-paths.js';
import { segmentsBetween } from './track-queries.js';
import type { TrackKey } from './track-writes.js';

/** A part of a track that was found. Media time, microseconds; `distance`: mean over its poses, see `vectorDistance`. */
export interface FoundMovement extends TrackKey {
  readonly fromPtsUs: number;
  readonly toPtsUs: number;
  readonly distance: number;
}

/** A span of a stored track to look for elsewhere, its own track included. */
export interface MovementSearch {
  readonly example: TrackKey & { readonly fromPtsUs: number; readonly toPtsUs: number };
  readonly search: TrackSearch;
  /** Most matches, 1 to 50: the best one of each track. */
  readonly limit: number;
  /** Default 0.12. */
  readonly maxDistance?: number | undefined;
}

const MOST = 50;
const FAR = 0.12;
const LONGEST_US = 30_000_000;
const LEAST_POSES = 4;
/** Tracks that are compared in full, for each key pose of the movement. */
const SHORTLIST = 100;
const KEY_WORST = 0.25;

/** The nearest movements, nearest first. @throws AppError `invalid-input` naming the field, `unavailable`. */
export async function searchMovements(database: Database, wanted: MovementSearch): Promise<readonly FoundMovement[]> {
  const { limit, search, example, maxDistance = FAR } = wanted;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST)
    throw wrongField('limit', `${limit} is not a whole number from 1 to ${MOST}.`);
  if (!(example.toPtsUs > example.fromPtsUs && example.toPtsUs - example.fromPtsUs <= LONGEST_US))
    throw wrongField('toPtsUs', `a movement lasts more than 0 and at most ${LONGEST_US / 1e6} seconds.`);
  return stored(async () => {
    const prepared = await prepareSearch(database, search);
    const query = timedVectors(await posesIn(database, example), SEEN_SCORE);
    if (query.length < LEAST_POSES)
      throw wrongField(
        'toPtsUs',
        `the span has ${query.length} poses that can be compared; ${LEAST_POSES} are needed.`,
      );
    const examples = keyPosesOf(query).map(({ vector }) => vector);
    const near = await nearestTracks(database, prepared, { examples, most: SHORTLIST, worst: KEY_WORST });
    const keys = [...new Map(near.flat().map((key) => [trackId(key), key])).values()];
    const vectors = query.map(({ vector }) => vector);
    const found = (await wholeTracks(database, keys)).flatMap(({ key, poses }): FoundMovement[] => {
      const match = matchMovement(
        vectors,
        poses.map(({ keypoints }) => embedPose(keypoints, SEEN_SCORE)),
      );
      if (match === null || match.distance > maxDistance) return [];
      const { cameraId, epoch, trackNo } = key;
      const span = { fromPtsUs: poses[match.start].ptsUs, toPtsUs: poses[match.end].ptsUs };
      return [{ cameraId, epoch, trackNo, ...span, distance: match.distance }];
    });
    return found.sort((a, b) => a.distance - b.distance || (trackId(a) < trackId(b) ? -1 : 1)).slice(0, limit);
  });
}

async function posesIn(database: Database, span: MovementSearch['example']): Promise<SegmentPose[]> {
  const segments = await segmentsBetween(database, span, span);
  return segments
    .filter(({ trackNo }) => trackNo === span.trackNo)
    .flatMap(({ packed }) => decodeSegment(packed))
    .filter(({ ptsUs }) => ptsUs >= span.fromPtsUs && ptsUs <= span.toPtsUs);
}

/** All poses of tracks. One query. */
async function wholeTracks(
  database: Database,
  keys: readonly TrackKey[],
): Promise<{ readonly key: TrackKey; readonly poses: readonly SegmentPose[] }[]> {
  const of = <K extends keyof TrackKey>(name: K): TrackKey[K][] => keys.map((key) => key[name]);
  const rows = await database.$queryRaw<(TrackKey & { readonly packed: Uint8Array })[]>`
    SELECT s."cameraId", s."epoch", s."trackNo", s."packed"
    FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[]) AS k ("c", "e", "t")
    JOIN "TrackSegment" s ON s."cameraId" = k."c" AND s."epoch" = k."e" AND s."trackNo" = k."t"
    ORDER BY s."cameraId", s."epoch", s."trackNo", s."segmentNo"`;
  const tracks = new Map<string, { key: TrackKey; poses: SegmentPose[] }>();
  for (const { packed, ...key } of rows) {
    const track = tracks.get(trackId(key)) ?? { key, poses: [] };
    track.poses.push(...decodeSegment(packed));
    tracks.set(trackId(key), track);
  }
  return [...tracks.values()];
}
