/** Ways of stored tracks over a zone or line: exact, from the foot points of their segments. */
import { lineCrossings, zoneStays, type LineCrossing, type PathPoint, type ZoneStay } from '#behavior/path-events.js';
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';
import { footPathOf, unpackFootPath } from './foot-path.js';
import { decodeSegment } from './segment-codec.js';
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

/** The ways of tracks that fulfil what `search` asks of zone and line, by `trackId`; others are missing. One or two queries. */
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

interface PathRow extends TrackKey {
  /** Of its segments that touch the place, in order; null: an older version wrote one of them. */
  readonly feet: Uint8Array | null;
}

async function pathsOf(
  database: Database,
  keys: readonly TrackKey[],
  place: Place,
): Promise<ReadonlyMap<string, readonly PathPoint[]>> {
  const rows = await database.$queryRaw<PathRow[]>(pathsStatement(keys, place));
  const old = rows.filter(({ feet }) => feet === null);
  const paths = new Map<string, readonly PathPoint[]>(
    rows.flatMap(({ feet, ...key }) => (feet === null ? [] : [[trackId(key), unpackFootPath(feet)]])),
  );
  for (const [id, path] of old.length === 0 ? [] : await oldPathsOf(database, old, place)) paths.set(id, path);
  return paths;
}

/** The statement that reads the ways of tracks. */
export function pathsStatement(keys: readonly TrackKey[], place: Place): Prisma.Sql {
  return Prisma.sql`
    SELECT s."cameraId", s."epoch", s."trackNo",
      CASE WHEN count(s."feet") = count(*) THEN string_agg(s."feet", ''::bytea ORDER BY s."segmentNo") END AS "feet"
    FROM ${segmentsOf(keys)} WHERE ${touches(place)} GROUP BY 1, 2, 3`;
}

/** Ways of tracks that an older version wrote, from their poses. */
async function oldPathsOf(
  database: Database,
  keys: readonly TrackKey[],
  place: Place,
): Promise<ReadonlyMap<string, readonly PathPoint[]>> {
  const rows = await database.$queryRaw<(TrackKey & { readonly packed: Uint8Array })[]>`
    SELECT s."cameraId", s."epoch", s."trackNo", s."packed" FROM ${segmentsOf(keys)}
    WHERE ${touches(place)} ORDER BY s."cameraId", s."epoch", s."trackNo", s."segmentNo"`;
  const paths = new Map<string, PathPoint[]>();
  for (const row of rows) {
    const path = paths.get(trackId(row)) ?? [];
    path.push(...footPathOf(decodeSegment(row.packed), SEEN_SCORE));
    paths.set(trackId(row), path);
  }
  return paths;
}

/** The segments `s` of tracks. */
function segmentsOf(keys: readonly TrackKey[]): Prisma.Sql {
  const of = <K extends keyof TrackKey>(name: K): TrackKey[K][] => keys.map((key) => key[name]);
  return Prisma.sql`unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[]) AS k ("c", "e", "t")
    JOIN "TrackSegment" s ON s."cameraId" = k."c" AND s."epoch" = k."e" AND s."trackNo" = k."t"`;
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
