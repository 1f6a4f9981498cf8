/**
 * Forgets old tracks of live cameras, with their segments; uploads stay until somebody removes them, and alerts stay with their reasons.
 * Small statements with a pause between them, which pass over rows that are being written: nobody waits for a sweep, and several
 * processes may sweep at once.
 */
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';
import { stored } from './storage-errors.js';

/** What may stay. */
export interface TrackLimits {
  /** Tracks that ended before then go; null: age does not matter. */
  readonly keepFromMs: number | null;
  /** Of all stored tracks; the oldest go. Null: size does not matter. */
  readonly maxBytes: number | null;
}

/** Tracks of one statement: some milliseconds. */
export const SWEPT_AT_ONCE = 100;
/** Of a sweep; what is left goes with the next one. */
const MOST_BATCHES = 500;
/**
 * What a segment takes beside its packed poses: row heads, indexes, key poses, feet and its share of the track. 1,213 bytes a segment in all
 * with packed poses of 560 ("bench query --segments 2000000", 2026-11-21).
 */
const OVERHEAD_BYTES = 650;
const SAMPLE = 2000;
/** Later than any track. */
const LATEST_MS = 8.64e15;

/** Forgets what is beyond the limits, oldest first; returns how many tracks went. `pause` is awaited between batches. */
export async function sweepTracks(
  database: Database,
  limits: TrackLimits,
  pause: () => Promise<void>,
): Promise<number> {
  const { keepFromMs, maxBytes } = limits;
  const room = maxBytes === null ? null : await stored(() => roomWithin(database, maxBytes));
  let [swept, segments] = [0, 0];
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const isTooLarge = room !== null && room.segments - segments > room.most;
    const beforeMs = isTooLarge ? LATEST_MS : keepFromMs;
    if (beforeMs === null) return swept;
    const gone = await stored(() => removeBatch(database, beforeMs));
    if (gone.tracks === 0) return swept;
    swept += gone.tracks;
    segments += gone.segments;
    await pause();
  }
  return swept;
}

/**
 * How many segments there are and how many may be. Counted once a sweep, since counting goes through them all. Deleted rows do not count:
 * PostgreSQL uses their room again, though its files stay as large.
 */
async function roomWithin(
  database: Database,
  maxBytes: number,
): Promise<{ readonly segments: number; readonly most: number }> {
  const [{ segments, packedBytes }] = await database.$queryRaw<[{ segments: number; packedBytes: number }]>`
    SELECT (SELECT count(*) FROM "TrackSegment")::float8 AS "segments", coalesce(
      (SELECT avg(octet_length("packed")) FROM (SELECT "packed" FROM "TrackSegment" LIMIT ${SAMPLE}) AS "some"), 0)::float8 AS "packedBytes"`;
  return { segments, most: maxBytes / (OVERHEAD_BYTES + packedBytes) };
}

async function removeBatch(
  database: Database,
  beforeMs: number,
): Promise<{ readonly tracks: number; readonly segments: number }> {
  const [gone] = await database.$queryRaw<[{ tracks: number; segments: number }]>(batchStatement(beforeMs));
  return gone;
}

/**
 * Deletes the oldest tracks that ended before then. Looks for them camera by camera, in the index: uploads may be older than anything
 * live, and would be gone through each time.
 */
export function batchStatement(beforeMs: number): Prisma.Sql {
  return Prisma.sql`
    WITH "oldest" AS (
      SELECT t."cameraId", t."epoch", t."trackNo" FROM "Camera" c CROSS JOIN LATERAL (
        SELECT * FROM "Track" WHERE "cameraId" = c."id" AND "closed" AND "endMs" < ${beforeMs}
        ORDER BY "startMs" LIMIT ${SWEPT_AT_ONCE}) AS t
      WHERE c."kind" = 'live' ORDER BY t."startMs" LIMIT ${SWEPT_AT_ONCE}),
    "free" AS (
      SELECT "cameraId", "epoch", "trackNo" FROM "Track" JOIN "oldest" USING ("cameraId", "epoch", "trackNo")
      FOR UPDATE OF "Track" SKIP LOCKED),
    "gone" AS (
      DELETE FROM "Track" USING "free" WHERE "Track"."cameraId" = "free"."cameraId" AND "Track"."epoch" = "free"."epoch"
        AND "Track"."trackNo" = "free"."trackNo" RETURNING "Track"."cameraId", "Track"."epoch", "Track"."trackNo")
    SELECT (SELECT count(*) FROM "gone")::int AS "tracks",
      (SELECT count(*) FROM "TrackSegment" JOIN "gone" USING ("cameraId", "epoch", "trackNo"))::int AS "segments"`;
}
