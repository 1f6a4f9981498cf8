/**
 * Forgets old tracks of live cameras, with their segments; uploads stay until somebody removes them, and alerts stay with their reasons.
 * Small statements with a pause between them, which pass over rows that are being written: nobody waits for a sweep, and several
 * processes may sweep at once.
 */
import type { Database } from './database.js';
import { stored } from './storage-errors.js';

/** What may stay. */
export interface TrackLimits {
  /** Tracks that ended before then go; null: age does not matter. */
  readonly keepFromMs: number | null;
  /** Of all stored tracks; the oldest go. Null: size does not matter. */
  readonly maxBytes: number | null;
}

/** Tracks of one statement: some milliseconds. */
const BATCH = 100;
/** Of a sweep; what is left goes with the next one. */
const MOST_BATCHES = 500;
/** Row heads, indexes and key poses of a segment, and its share of the track: what a segment takes beside its packed poses. */
const OVERHEAD_BYTES = 500;
const SAMPLE = 2000;
/** Later than any track. */
const LATEST_MS = 8.64e15;

/** Forgets what is beyond the limits, oldest first; returns how many tracks went. `pause` is awaited between batches. */
export async function sweepTracks(
  database: Database,
  limits: TrackLimits,
  pause: () => Promise<void>,
): Promise<number> {
  let swept = 0;
  for (let batch = 0; batch < MOST_BATCHES; batch++) {
    const beforeMs = await stored(() => sweptBefore(database, limits));
    if (beforeMs === null) return swept;
    const gone = await stored(() => removeBatch(database, beforeMs));
    if (gone === 0) return swept;
    swept += gone;
    await pause();
  }
  return swept;
}

/** Tracks that ended before then go now, oldest first; null: none. */
async function sweptBefore(database: Database, { keepFromMs, maxBytes }: TrackLimits): Promise<number | null> {
  if (maxBytes !== null && (await storedBytes(database)) > maxBytes) return LATEST_MS;
  return keepFromMs;
}

/** About what all tracks take. Deleted rows do not count: PostgreSQL uses their room again, though its files stay as large. */
async function storedBytes(database: Database): Promise<number> {
  const [{ bytes }] = await database.$queryRaw<[{ bytes: number }]>`
    SELECT (SELECT count(*) FROM "TrackSegment")::float8 * (${OVERHEAD_BYTES}::float8 + coalesce(
      (SELECT avg(octet_length("packed")) FROM (SELECT "packed" FROM "TrackSegment" LIMIT ${SAMPLE}) AS "some"), 0)::float8) AS "bytes"`;
  return bytes;
}

function removeBatch(database: Database, beforeMs: number): Promise<number> {
  return database.$executeRaw`
    DELETE FROM "Track" WHERE ("cameraId", "epoch", "trackNo") IN (
      SELECT t."cameraId", t."epoch", t."trackNo" FROM "Track" t JOIN "Camera" c ON c."id" = t."cameraId"
      WHERE c."kind" = 'live' AND t."closed" AND t."endMs" < ${beforeMs}
      ORDER BY t."startMs" LIMIT ${BATCH} FOR UPDATE OF t SKIP LOCKED)`;
}
