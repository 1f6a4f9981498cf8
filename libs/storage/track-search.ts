/**
 * Search over stored tracks. Columns decide in SQL; ways over a zone or line are then tested on the foot points of the candidates, a
 * batch at a time. Sorted by start, newest first, ties by natural key: pages are stable while new tracks arrive.
 */
import { posturesOfBits, type Posture } from '#pose/posture.js';
import { readCursor, writeCursor } from './cursor.js';
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';
import { stored } from './storage-errors.js';
import { prepareSearch, type PreparedSearch } from './track-conditions.js';
import { wrongField, type TrackSearch } from './track-filter.js';
import { noWays, trackId, waysOf, type TrackWays } from './track-paths.js';
import type { TrackKey } from './track-writes.js';

/** A track that was found. Times: wall clock ms and media time µs. */
export interface FoundTrack extends TrackKey, TrackWays {
  readonly cameraName: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly startPtsUs: number;
  readonly endPtsUs: number;
  readonly poses: number;
  readonly meanScore: number;
  /** Body heights a second. */
  readonly maxSpeed: number;
  /** Body heights. */
  readonly distance: number;
  readonly closed: boolean;
  readonly postures: readonly Posture[];
  /** Most people in one of its frames. */
  readonly together: number;
}

/**
 * How many match. Counting ends at 10,000 (`at-least`), and does not test ways over zone or line (`at-most`) unless all that match are on
 * one page.
 */
export interface Total {
  readonly value: number;
  readonly relation: 'exact' | 'at-least' | 'at-most';
}

/** One page. With a zone or line it may hold fewer rows than asked for although there is a next one. */
export interface TrackPage {
  readonly rows: readonly FoundTrack[];
  readonly nextCursor: string | null;
  readonly total: Total;
}

/** Most rows of one page. */
export const MOST_ROWS = 500;

const COUNTED = 10_000;
/** Tracks tested on a zone or line at once, first and then, and for one page: some 60 µs each. */
const FIRST_BATCH = 100;
const BATCH = 200;
const TESTED = 500;

type Row = Omit<FoundTrack, 'startPtsUs' | 'endPtsUs' | 'postures' | 'stays' | 'crossings'> & {
  readonly startPtsUs: bigint;
  readonly endPtsUs: bigint;
  readonly postures: number;
};

type Keys = readonly [startMs: number, cameraId: string, epoch: number, trackNo: number];

/** Tracks that match, newest first. @throws AppError `invalid-input` naming the field, `unavailable`. */
export async function searchTracks(
  database: Database,
  search: TrackSearch,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<TrackPage> {
  const { cursor, limit } = page;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS)
    throw wrongField('limit', `${limit} is not a whole number from 1 to ${MOST_ROWS}.`);
  const after = cursor === undefined ? null : keysOf(cursor);
  return stored(async () => {
    const prepared = await prepareSearch(database, search);
    const found = await findPage(database, prepared, { after, limit });
    const isAll = after === null && found.nextCursor === null;
    const total = isAll
      ? ({ value: found.rows.length, relation: 'exact' } as const)
      : await countTracks(database, prepared);
    return { ...found, total };
  });
}

/** Every track that matches, in the same order, a batch at a time: for exports of any length. */
export async function* streamTracks(database: Database, search: TrackSearch): AsyncGenerator<FoundTrack> {
  const prepared = await stored(() => prepareSearch(database, search));
  for (let after: Keys | null = null; ;) {
    const from: Keys | null = after;
    const page = await stored(() => findPage(database, prepared, { after: from, limit: MOST_ROWS }));
    yield* page.rows;
    if (page.nextCursor === null) return;
    after = keysOf(page.nextCursor);
  }
}

function keysOf(cursor: string): Keys {
  return readCursor(cursor, ['number', 'string', 'integer', 'integer']) as unknown as Keys;
}

const keysAfter = (row: { readonly startMs: number } & TrackKey): Keys => [
  row.startMs,
  row.cameraId,
  row.epoch,
  row.trackNo,
];

interface Wanted {
  readonly after: Keys | null;
  readonly limit: number;
}

async function findPage(
  database: Database,
  prepared: PreparedSearch,
  { after, limit }: Wanted,
): Promise<Omit<TrackPage, 'total'>> {
  const isTested = prepared.place !== null;
  const rows: FoundTrack[] = [];
  let last = after;
  for (let tested = 0; tested < TESTED;) {
    const asked = isTested ? (tested === 0 ? FIRST_BATCH : BATCH) : limit;
    tested += asked;
    const found = await readRows(database, prepared, { after: last, limit: asked + 1 });
    const batch = found.slice(0, asked);
    for (const track of await withWays(database, prepared, batch)) {
      if (rows.length === limit) return { rows, nextCursor: writeCursor(keysAfter(rows[limit - 1])) };
      rows.push(track);
    }
    const end = batch.at(-1);
    if (end === undefined || found.length <= asked) return { rows, nextCursor: null };
    last = keysAfter(end);
    if (!isTested) break;
  }
  return { rows, nextCursor: last === null ? null : writeCursor(last) };
}

async function withWays(
  database: Database,
  { search, place }: PreparedSearch,
  rows: readonly Row[],
): Promise<FoundTrack[]> {
  const ways = place === null || rows.length === 0 ? null : await waysOf(database, rows, { search, place });
  return rows.flatMap((row) => {
    const found = ways === null ? noWays : ways.get(trackId(row));
    if (found === undefined) return [];
    const { startPtsUs, endPtsUs, postures } = row;
    const numbers = { startPtsUs: Number(startPtsUs), endPtsUs: Number(endPtsUs), postures: posturesOfBits(postures) };
    return [{ ...row, ...numbers, ...found }];
  });
}

/** The statement of one page, for the driver and for looking at its plan. */
export function pageStatement({ from }: PreparedSearch, { after, limit }: Wanted): Prisma.Sql {
  return Prisma.sql`SELECT t."cameraId", c."name" AS "cameraName", t."epoch", t."trackNo", t."startMs", t."endMs",
      t."startPtsUs", t."endPtsUs", t."poses", t."meanScore", t."maxSpeed", t."distance", t."closed", t."postures", t."together"
    FROM ${from} ${after === null ? Prisma.empty : beyond(after)}
    ORDER BY t."startMs" DESC, t."cameraId", t."epoch", t."trackNo" LIMIT ${limit}`;
}

function readRows(database: Database, prepared: PreparedSearch, wanted: Wanted): Promise<Row[]> {
  return database.$queryRaw<Row[]>(pageStatement(prepared, wanted));
}

function beyond([startMs, cameraId, epoch, trackNo]: Keys): Prisma.Sql {
  return Prisma.sql`AND t."startMs" <= ${startMs} AND (t."startMs" < ${startMs}
    OR (t."cameraId", t."epoch", t."trackNo") > (${cameraId}::text, ${epoch}::int, ${trackNo}::int))`;
}

/** The statement that counts matches, up to the bound. */
export function countStatement({ from }: PreparedSearch): Prisma.Sql {
  return Prisma.sql`SELECT count(*)::int AS "found" FROM (SELECT 1 FROM ${from} LIMIT ${COUNTED + 1}) AS "some"`;
}

async function countTracks(database: Database, prepared: PreparedSearch): Promise<Total> {
  const { place } = prepared;
  const [{ found }] = await database.$queryRaw<[{ found: number }]>(countStatement(prepared));
  if (found > COUNTED) return { value: COUNTED, relation: 'at-least' };
  return { value: found, relation: place === null ? 'exact' : 'at-most' };
}
