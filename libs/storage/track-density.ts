import type { Database } from './database.js';
import { Prisma } from './generated/client.js';
import { stored } from './storage-errors.js';
import { prepareSearch, type PreparedSearch } from './track-conditions.js';
import { wrongField, type TrackSearch } from './track-filter.js';

/** How many matching tracks were there in each span of time. */
export interface TrackDensity {
  /** Start of the first bucket, wall clock ms. */
  readonly fromMs: number;
  readonly bucketMs: number;
  /** A track counts in every bucket it was there in. */
  readonly counts: readonly number[];
  /** `at-most` with a zone or line: ways over them are not tested, only boxes. */
  readonly relation: 'exact' | 'at-most';
}

const MOST_BUCKETS = 2000;

/**
 * Counts by time over the range of `search`, or where it has none, from the first to the last match.
 * @param buckets how many, 1 to 2000. @throws AppError `invalid-input` naming the field.
 */
export async function trackDensity(database: Database, search: TrackSearch, buckets: number): Promise<TrackDensity> {
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > MOST_BUCKETS)
    throw wrongField('buckets', `${buckets} is not a whole number from 1 to ${MOST_BUCKETS}.`);
  return stored(async () => {
    const prepared = await prepareSearch(database, search);
    const relation = prepared.place === null ? 'exact' : 'at-most';
    const span = await spanOf(database, prepared);
    const counts = new Array<number>(buckets).fill(0);
    if (span === null) return { fromMs: search.fromMs ?? 0, bucketMs: 1, counts, relation };
    const { fromMs, toMs } = span;
    const bucketMs = Math.max(1, (toMs - fromMs) / buckets);
    const bucket = (ms: Prisma.Sql): Prisma.Sql => Prisma.sql`floor((${ms} - ${fromMs}) / ${bucketMs})`;
    // Few different pairs of first and last bucket, whose counts are summed here: a row for each bucket of each track would be many.
    const rows = await database.$queryRaw<{ first: number; last: number; found: number }[]>`
      SELECT "first", "last", count(*)::int AS "found"
      FROM (SELECT ${bucket(Prisma.sql`t."startMs"`)} AS "first", ${bucket(Prisma.sql`t."endMs"`)} AS "last"
        FROM ${prepared.from}) AS "span" GROUP BY 1, 2`;
    const place = (at: number): number => Math.min(buckets - 1, Math.max(0, at)); // who is there at both ends of the range is there
    for (const { first, last, found } of rows) for (let at = place(first); at <= place(last); at++) counts[at] += found;
    return { fromMs, bucketMs, counts, relation };
  });
}

async function spanOf(
  database: Database,
  { search, from }: PreparedSearch,
): Promise<{ readonly fromMs: number; readonly toMs: number } | null> {
  const { fromMs, toMs } = search;
  if (fromMs !== undefined && toMs !== undefined) return { fromMs, toMs };
  const [{ first, last }] = await database.$queryRaw<[{ first: number | null; last: number | null }]>`
    SELECT min(t."startMs") AS "first", max(t."endMs") AS "last" FROM ${from}`;
  if (first === null || last === null) return null;
  return { fromMs: fromMs ?? first, toMs: toMs ?? last };
}
