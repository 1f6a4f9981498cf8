/** A search as SQL over `"Track" t JOIN "Camera" c`: everything but the exact ways over zones and lines. */
import type { Point } from '#geometry/box.js';
import { cellsOfLine, cellsOfPolygon } from '#geometry/picture-cells.js';
import { bitsOfPostures } from '#pose/posture.js';
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';
import { longestTrackMs } from './longest-track.js';
import { checkTrackSearch, wrongField, type TrackSearch } from './track-filter.js';
import { findZone, type StoredZone } from './zones.js';

/** A zone or line in source pixels. Boxes that do not touch `hull` cannot matter. */
export interface Place {
  readonly polygon: readonly Point[] | null;
  readonly line: readonly [Point, Point] | null;
  /** Of the polygon and of the line: a track without any of these cells has no way there. See picture-cells.ts. */
  readonly cells: readonly bigint[];
  readonly hull: { readonly minX: number; readonly minY: number; readonly maxX: number; readonly maxY: number };
}

/** A search that was checked, with what it names looked up. */
export interface PreparedSearch {
  readonly search: TrackSearch;
  /** `"Track" t JOIN "Camera" c … WHERE …`. */
  readonly from: Prisma.Sql;
  /** Null: SQL alone decides. */
  readonly place: Place | null;
}

/** Feet may lie a little beside the box, and a step may lead over a line between two segments. Share of the picture. */
const MARGIN = 0.05;

/**
 * Checks a search and looks up its cameras and zone, and with a time from which on, the longest track: three queries at most.
 * @throws AppError `invalid-input` naming the field, also for a camera or zone that is not there.
 */
export async function prepareSearch(database: Database, given: TrackSearch): Promise<PreparedSearch> {
  checkTrackSearch(given);
  const zone = given.zoneId === undefined ? null : await zoneOf(database, given.zoneId, given);
  const search = zone === null ? given : { ...given, cameraIds: [zone.cameraId] };
  const ids = [...(search.cameraIds ?? []), ...(search.track === undefined ? [] : [search.track.cameraId])];
  const cameras = ids.length === 0 ? [] : await camerasOf(database, ids);
  const place = cameras.length === 0 ? null : placeOf(search, zone?.polygon ?? null, cameras[0]);
  const longestMs = search.fromMs === undefined ? 0 : await longestTrackMs(database);
  return { search, place, from: fromWhere(search, { place, longestMs }) };
}

async function zoneOf(database: Database, zoneId: string, { cameraIds }: TrackSearch): Promise<StoredZone> {
  const zone = await findZone(database, zoneId);
  if (zone === null) throw wrongField('zoneId', `there is no zone ${zoneId}.`);
  if (cameraIds?.includes(zone.cameraId) === false)
    throw wrongField('zoneId', `zone ${zoneId} is not of camera ${cameraIds.join(', ')}.`);
  return zone;
}

/** In the order of `ids`. */
async function camerasOf(database: Database, ids: readonly string[]) {
  const cameras = await database.camera.findMany({
    where: { id: { in: [...ids] }, deletedAt: null },
    select: { id: true, sourceWidthPx: true, sourceHeightPx: true },
  });
  return ids.map((id) => {
    const camera = cameras.find((each) => each.id === id);
    if (camera === undefined) throw wrongField('cameraId', `there is no camera or video ${id}.`);
    return camera;
  });
}

function placeOf(
  { line }: TrackSearch,
  polygon: readonly (readonly [number, number])[] | null,
  camera: { readonly sourceWidthPx: number | null; readonly sourceHeightPx: number | null },
): Place | null {
  if (line === undefined && polygon === null) return null;
  // A camera of unknown size never delivered a picture, so it has no tracks either.
  const { sourceWidthPx: width, sourceHeightPx: height } = camera;
  const inPixels = ([x, y]: readonly [number, number]): Point => ({ x: x * (width ?? 1), y: y * (height ?? 1) });
  const ends = line === undefined ? null : ([inPixels([line[0], line[1]]), inPixels([line[2], line[3]])] as const);
  const corners = polygon?.map(inPixels) ?? null;
  // With both, one hull of both: each of them must be touched, and a path between them matters too.
  const points = [...(corners ?? []), ...(ends ?? [])];
  const [marginX, marginY] = [MARGIN * (width ?? 1), MARGIN * (height ?? 1)];
  const hull = {
    minX: Math.min(...points.map(({ x }) => x)) - marginX,
    minY: Math.min(...points.map(({ y }) => y)) - marginY,
    maxX: Math.max(...points.map(({ x }) => x)) + marginX,
    maxY: Math.max(...points.map(({ y }) => y)) + marginY,
  };
  return { polygon: corners, line: ends, hull, cells: cellsOf(line, polygon) };
}

function cellsOf(line: TrackSearch['line'], polygon: readonly (readonly [number, number])[] | null): bigint[] {
  const at = (x: number, y: number): Point => ({ x, y });
  return [
    ...(polygon === null ? [] : [cellsOfPolygon(polygon.map(([x, y]) => at(x, y)))]),
    ...(line === undefined ? [] : [cellsOfLine([at(line[0], line[1]), at(line[2], line[3])], MARGIN)]),
  ];
}

/** Segments `s` whose boxes touch a place: the lower edge of a box, where the feet are, is within its hull. */
export function touches({ hull }: Place): Prisma.Sql {
  return Prisma.sql`s."maxX" >= ${hull.minX} AND s."minX" <= ${hull.maxX} AND s."maxY" >= ${hull.minY} AND s."minY" <= ${hull.maxY}`;
}

interface Facts {
  readonly place: Place | null;
  readonly longestMs: number;
}

function fromWhere(search: TrackSearch, { place, longestMs }: Facts): Prisma.Sql {
  const all = [
    ...[Prisma.sql`c."deletedAt" IS NULL`, ...spanConditions(search, longestMs)],
    ...[...columnConditions(search), ...otherTables(search, place)],
  ];
  return Prisma.sql`"Track" t JOIN "Camera" c ON c."id" = t."cameraId" WHERE ${Prisma.join(all, ' AND ')}`;
}

function columnConditions(search: TrackSearch): Prisma.Sql[] {
  const { cameraIds, track, minDurationSec, maxDurationSec, minSpeed, maxSpeed, postures, minTogether, minDwellSec } =
    search;
  const parts: (Prisma.Sql | null)[] = [
    cameraIds === undefined ? null : Prisma.sql`t."cameraId" = ANY(${[...cameraIds]}::text[])`,
    minDurationSec === undefined ? null : Prisma.sql`t."endMs" - t."startMs" >= ${minDurationSec * 1000}`,
    maxDurationSec === undefined ? null : Prisma.sql`t."endMs" - t."startMs" <= ${maxDurationSec * 1000}`,
    // Nobody stays in a zone for longer than they are there at all.
    minDwellSec === undefined ? null : Prisma.sql`t."endPtsUs" - t."startPtsUs" >= ${minDwellSec * 1e6}`,
    minSpeed === undefined ? null : Prisma.sql`t."maxSpeed" >= ${minSpeed}`,
    maxSpeed === undefined ? null : Prisma.sql`t."maxSpeed" <= ${maxSpeed}`,
    postures === undefined ? null : Prisma.sql`(t."postures" & ${bitsOfPostures(postures)}::int) <> 0`,
    minTogether === undefined ? null : Prisma.sql`t."together" >= ${minTogether}`,
    track === undefined
      ? null
      : Prisma.sql`t."cameraId" = ${track.cameraId} AND t."epoch" = ${track.epoch} AND t."trackNo" = ${track.trackNo}`,
  ];
  return parts.filter((part) => part !== null);
}

/** See longest-track.ts. */
function spanConditions({ fromMs, toMs }: TrackSearch, longestMs: number): Prisma.Sql[] {
  return [
    ...(fromMs === undefined
      ? []
      : [Prisma.sql`t."endMs" >= ${fromMs}`, Prisma.sql`t."startMs" >= ${fromMs - longestMs}`]),
    ...(toMs === undefined ? [] : [Prisma.sql`t."startMs" < ${toMs}`]),
  ];
}

function otherTables({ eventKind }: TrackSearch, place: Place | null): Prisma.Sql[] {
  const kind = eventKind === undefined || eventKind === 'any' ? Prisma.empty : Prisma.sql`AND e."kind" = ${eventKind}`;
  const sameTrack = (of: Prisma.Sql): Prisma.Sql =>
    Prisma.sql`${of}."cameraId" = t."cameraId" AND ${of}."epoch" = t."epoch" AND ${of}."trackNo" = t."trackNo"`;
  return [
    ...(eventKind === undefined
      ? []
      : [Prisma.sql`EXISTS (SELECT 1 FROM "Event" e WHERE ${sameTrack(Prisma.sql`e`)} ${kind})`]),
    ...(place?.cells ?? []).map((cells) => Prisma.sql`(t."cells" IS NULL OR (t."cells" & ${cells}::int8) <> 0)`),
  ];
}
