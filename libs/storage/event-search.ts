import { readCursor, writeCursor, type Page } from './cursor.js';
import type { Database } from './database.js';
import { eventsById, type EventRow } from './event-queries.js';
import { Prisma } from './generated/client.js';
import { stored } from './storage-errors.js';
import { prepareSearch } from './track-conditions.js';
import { wrongField, type TrackSearch } from './track-filter.js';
import { MOST_ROWS } from './track-search.js';

/**
 * Events that match, newest first, stable while new ones arrive. Time, kind, zone and camera are those of the event; every other
 * condition must hold for its track. @throws AppError `invalid-input` naming the field, also for `minDwellSec` and `line`, which only
 * tracks have; `unavailable`.
 */
export async function searchEvents(
  database: Database,
  search: TrackSearch,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<EventRow>> {
  const { cursor, limit } = page;
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_ROWS)
    throw wrongField('limit', `${limit} is not a whole number from 1 to ${MOST_ROWS}.`);
  for (const field of ['minDwellSec', 'line'] as const)
    if (search[field] !== undefined) throw wrongField(field, 'only tracks can be searched by it, not events.');
  const after = cursor === undefined ? null : readCursor(cursor, ['number', 'string']);
  return stored(async () => {
    const from = Prisma.sql`"Event" e JOIN "Camera" c ON c."id" = e."cameraId" WHERE ${await conditions(database, search)}`;
    const beyond =
      after === null
        ? Prisma.empty
        : Prisma.sql`AND e."startMs" <= ${after[0]} AND (e."startMs" < ${after[0]} OR e."id" > ${after[1]})`;
    const [ids, [{ total }]] = await Promise.all([
      database.$queryRaw<{ id: string }[]>`
        SELECT e."id" FROM ${from} ${beyond} ORDER BY e."startMs" DESC, e."id" LIMIT ${limit + 1}`,
      database.$queryRaw<[{ total: number }]>`SELECT count(*)::int AS "total" FROM ${from}`,
    ]);
    const rows = await eventsById(
      database,
      ids.slice(0, limit).map(({ id }) => id),
    );
    const last = rows.at(-1);
    const nextCursor = ids.length > limit && last !== undefined ? writeCursor([last.startMs, last.id]) : null;
    return { rows, nextCursor, total };
  });
}

async function conditions(database: Database, search: TrackSearch): Promise<Prisma.Sql> {
  const { fromMs, toMs, eventKind, zoneId, cameraIds, track, ...rest } = search;
  await prepareSearch(database, search); // checks all of it, and that camera and zone are there
  const asked = Object.values(rest).some((value) => value !== undefined);
  const { from } = await prepareSearch(database, rest);
  const parts: (Prisma.Sql | null)[] = [
    Prisma.sql`c."deletedAt" IS NULL`,
    cameraIds === undefined ? null : Prisma.sql`e."cameraId" = ANY(${[...cameraIds]}::text[])`,
    fromMs === undefined ? null : Prisma.sql`(e."endMs" IS NULL OR e."endMs" >= ${fromMs})`,
    toMs === undefined ? null : Prisma.sql`e."startMs" < ${toMs}`,
    eventKind === undefined || eventKind === 'any' ? null : Prisma.sql`e."kind" = ${eventKind}`,
    zoneId === undefined ? null : Prisma.sql`e."zoneId" = ${zoneId}`,
    track === undefined
      ? null
      : Prisma.sql`e."cameraId" = ${track.cameraId} AND e."epoch" = ${track.epoch} AND e."trackNo" = ${track.trackNo}`,
    asked
      ? Prisma.sql`(e."cameraId", e."epoch", e."trackNo") IN (SELECT t."cameraId", t."epoch", t."trackNo" FROM ${from})`
      : null,
  ];
  return Prisma.join(
    parts.filter((part) => part !== null),
    ' AND ',
  );
}
