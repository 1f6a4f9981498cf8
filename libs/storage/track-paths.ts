/** Ways of stored tracks over a zone or line: exact, from the foot points of their segments. */
import { lineCrossings, zoneStays, type LineCrossing, type PathPoint, type ZoneStay } from '#behavior/path-events.js';
import { measureStep } from '#tracking/measures.js';
import type { Database } from './database.js';
import { decodeSegment, type SegmentPose } from './segment-codec.js';
import { SEEN_SCORE } from './segment-summary.js';
import { touches, type Place } from './track-conditions.js';
import type { TrackSearch } from './track-filter.js';
import type { TrackKey } from './track-writes.js';

/** What a track did to the zone and the line of a search; empty where none was asked for. */
export interface TrackWays {
  readonly stays: readonly ZoneStay[];
  readonly crossings: readonly LineCrossing[];
}

/** One text per track, for maps. */
export function trackId({ cameraId, epoch, trackNo }: TrackKey): string {
  return `${cameraId}/${epoch}/${trackNo}`;
}

/** The ways of tracks that fulfil what `search` asks of zone and line, by `trackId`; others are missing. One query. */
export async function waysOf(
  database: Database,
  keys: readonly TrackKey[],
  { search, place }: { readonly search: TrackSearch; readonly place: Place },
): Promise<ReadonlyMap<string, TrackWays>> {
  const paths = await pathsOf(database, keys, place);
  const found = new Map<string, TrackWays>();
  for (const [id, path] of paths) {
    const ways = wayOf(path, search, place);
    if (ways !== null) found.set(id, ways);
  }
  return found;
}

async function pathsOf(database: Database, keys: readonly TrackKey[], place: Place): Promise<Map<string, PathPoint[]>> {
  const of = <K extends keyof TrackKey>(name: K): TrackKey[K][] => keys.map((key) => key[name]);
  const rows = await database.$queryRaw<(TrackKey & { readonly packed: Uint8Array })[]>`
    SELECT s."cameraId", s."epoch", s."trackNo", s."packed" FROM "TrackSegment" s
    JOIN unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[]) AS k ("c", "e", "t")
      ON s."cameraId" = k."c" AND s."epoch" = k."e" AND s."trackNo" = k."t"
    WHERE ${touches(place)} ORDER BY s."cameraId", s."epoch", s."trackNo", s."segmentNo"`;
  const paths = new Map<string, PathPoint[]>();
  for (const row of rows) {
    const path = paths.get(trackId(row)) ?? [];
    for (const pose of decodeSegment(row.packed)) path.push(pathPoint(pose));
    paths.set(trackId(row), path);
  }
  return paths;
}

/** Stored boxes are filtered already, and the foot is measured as it is live. */
function pathPoint({ ptsUs, box, keypoints }: SegmentPose): PathPoint {
  const { foot } = measureStep({
    history: [],
    sinceUs: 0,
    box,
    filteredBox: box,
    keypoints,
    jointScore: SEEN_SCORE,
  }).measures;
  return { ptsUs, foot };
}

function wayOf(path: readonly PathPoint[], search: TrackSearch, { polygon, line }: Place): TrackWays | null {
  const leastUs = (search.minDwellSec ?? 0) * 1e6;
  const stays = (polygon === null ? [] : zoneStays(path, polygon)).filter(
    ({ startPtsUs, endPtsUs }) => endPtsUs - startPtsUs >= leastUs,
  );
  const crossings = (line === null ? [] : lineCrossings(path, line)).filter(
    ({ direction }) => search.direction === undefined || direction === search.direction,
  );
  if ((polygon !== null && stays.length === 0) || (line !== null && crossings.length === 0)) return null;
  return { stays, crossings };
}

/** The ways of tracks that are not asked for any. */
export const noWays: TrackWays = { stays: [], crossings: [] };
