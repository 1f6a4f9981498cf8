/**
 * Tracks that were there in a span of time started before its end, and not so long before its begin that none lasts until then. The longest
 * track is told by an index, so a search by time is a range of the index by start.
 */
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';

/** A track that goes on grows between two statements. */
const GROWTH_MS = 60_000;

/** No track lasts longer, milliseconds; null where there is none. */
export const longestTrack = Prisma.sql`(SELECT max("endMs" - "startMs") + ${GROWTH_MS} FROM "Track")`;

/** As `longestTrack`; 0 where there is none. For statements whose plan depends on how wide the range is. */
export async function longestTrackMs(database: Database): Promise<number> {
  const [{ longestMs }] = await database.$queryRaw<
    [{ longestMs: number | null }]
  >`SELECT ${longestTrack} AS "longestMs"`;
  return longestMs ?? 0;
}
