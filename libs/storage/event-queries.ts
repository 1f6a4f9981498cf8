import { readCursor, writeCursor, type Page } from './cursor.js';
import type { Database } from './database.js';
import type { Camera, Event, Prisma, Rule } from './generated/client.js';

/** A stored event with what a list shows beside it. */
export interface EventRow extends Event {
  readonly camera: Camera;
  readonly rule: Rule;
  readonly zoneName: string | null;
}

/** What a list of events may be narrowed by; times are wall clock, milliseconds. */
export interface EventFilter {
  readonly cameraId?: string | undefined;
  readonly kind?: string | undefined;
  readonly acknowledged?: boolean | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

function matching(filter: EventFilter): Prisma.EventWhereInput {
  const { cameraId, kind, acknowledged, fromMs, toMs } = filter;
  return {
    camera: { deletedAt: null },
    ...(cameraId === undefined ? {} : { cameraId }),
    ...(kind === undefined ? {} : { kind }),
    ...(acknowledged === undefined ? {} : { acknowledgedAt: acknowledged ? { not: null } : null }),
    ...(toMs === undefined ? {} : { startMs: { lt: toMs } }),
    ...(fromMs === undefined ? {} : { OR: [{ endMs: null }, { endMs: { gte: fromMs } }] }),
  };
}

async function withZoneNames(
  database: Database,
  rows: (Event & { camera: Camera; rule: Rule })[],
): Promise<EventRow[]> {
  const ids = [...new Set(rows.map((row) => row.zoneId).filter((id) => id !== null))];
  const zones = ids.length === 0 ? [] : await database.zone.findMany({ where: { id: { in: ids } } });
  const names = new Map(zones.map((zone) => [zone.id, zone.name]));
  return rows.map((row) => ({ ...row, zoneName: row.zoneId === null ? null : (names.get(row.zoneId) ?? null) }));
}

/** Events that match, newest first; stable while new ones arrive. */
export async function listEvents(
  database: Database,
  filter: EventFilter,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<EventRow>> {
  const where = matching(filter);
  const after = page.cursor === undefined ? null : readCursor(page.cursor, ['number', 'string']);
  const [startMs, id] = (after ?? []) as [number, string];
  const beyond: Prisma.EventWhereInput = { OR: [{ startMs: { lt: startMs } }, { startMs, id: { gt: id } }] };
  const [found, total] = await Promise.all([
    database.event.findMany({
      where: after === null ? where : { AND: [where, { startMs: { lte: startMs } }, beyond] },
      orderBy: [{ startMs: 'desc' }, { id: 'asc' }],
      take: page.limit + 1,
      include: { camera: true, rule: true },
    }),
    database.event.count({ where }),
  ]);
  const rows = await withZoneNames(database, found.slice(0, page.limit));
  const last = rows.at(-1);
  const nextCursor = found.length > page.limit && last !== undefined ? writeCursor([last.startMs, last.id]) : null;
  return { rows, nextCursor, total };
}

/** One event; null when there is none. */
export async function findEvent(database: Database, id: string): Promise<EventRow | null> {
  const row = await database.event.findFirst({
    where: { id, camera: { deletedAt: null } },
    include: { camera: true, rule: true },
  });
  return row === null ? null : ((await withZoneNames(database, [row]))[0] ?? null);
}

/** Events by their ids, in the order of `ids`; those that are gone are left out. Two queries. */
export async function eventsById(database: Database, ids: readonly string[]): Promise<EventRow[]> {
  const found = await database.event.findMany({
    where: { id: { in: [...ids] } },
    include: { camera: true, rule: true },
  });
  const rows = new Map((await withZoneNames(database, found)).map((row) => [row.id, row]));
  return ids.flatMap((id) => rows.get(id) ?? []);
}

/** Marks an event as seen by a person, or takes that back (null). The first who acknowledged it stays named. */
export async function acknowledgeEvent(
  database: Database,
  id: string,
  by: { readonly name: string; readonly atMs: number } | null,
): Promise<void> {
  const data =
    by === null
      ? { acknowledgedAt: null, acknowledgedBy: null }
      : { acknowledgedAt: new Date(by.atMs), acknowledgedBy: by.name };
  await database.event.updateMany({ where: { id, ...(by === null ? {} : { acknowledgedAt: null }) }, data });
}
