import { readCursor, writeCursor, type Page } from './cursor.js';
import type { Database } from './database.js';
import type { Prisma, Track, TrackSegment } from './generated/client.js';

/** A stored track with the name of its camera. */
export interface TrackRow extends Track {
  readonly camera: { readonly name: string };
}

/** What a list of tracks may be narrowed by; times are wall clock, milliseconds. */
export interface TrackFilter {
  readonly cameraId?: string | undefined;
  /** Only tracks that lasted until then or later. */
  readonly fromMs?: number | undefined;
  /** Only tracks that started before then. */
  readonly toMs?: number | undefined;
}

/** Names one track. */
export interface TrackKey {
  readonly cameraId: string;
  readonly epoch: number;
  readonly trackNo: number;
}

function matching({ cameraId, fromMs, toMs }: TrackFilter): Prisma.TrackWhereInput {
  return {
    camera: { deletedAt: null },
    ...(cameraId === undefined ? {} : { cameraId }),
    ...(toMs === undefined ? {} : { startMs: { lt: toMs } }),
    ...(fromMs === undefined ? {} : { endMs: { gte: fromMs } }),
  };
}

function beyond(cursor: string): Prisma.TrackWhereInput {
  const [startMs, cameraId, epoch, trackNo] = readCursor(cursor, ['number', 'string', 'integer', 'integer']) as [
    number,
    string,
    number,
    number,
  ];
  return {
    startMs: { lte: startMs },
    OR: [
      { startMs: { lt: startMs } },
      { startMs, cameraId: { gt: cameraId } },
      { startMs, cameraId, epoch: { gt: epoch } },
      { startMs, cameraId, epoch, trackNo: { gt: trackNo } },
    ],
  };
}

/** Tracks that match, newest first; stable while new ones arrive. */
export async function listTracks(
  database: Database,
  filter: TrackFilter,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<Page<TrackRow>> {
  const where = matching(filter);
  const [found, total] = await Promise.all([
    database.track.findMany({
      where: page.cursor === undefined ? where : { AND: [where, beyond(page.cursor)] },
      orderBy: [{ startMs: 'desc' }, { cameraId: 'asc' }, { epoch: 'asc' }, { trackNo: 'asc' }],
      take: page.limit + 1,
      include: { camera: { select: { name: true } } },
    }),
    database.track.count({ where }),
  ]);
  const rows = found.slice(0, page.limit);
  const last = rows.at(-1);
  const more = found.length > page.limit && last !== undefined;
  const nextCursor = more ? writeCursor([last.startMs, last.cameraId, last.epoch, last.trackNo]) : null;
  return { rows, nextCursor, total };
}

/** One track of a camera that is not deleted; null when there is none. */
export function findTrack(database: Database, key: TrackKey): Promise<Track | null> {
  return database.track.findFirst({ where: { ...key, camera: { deletedAt: null } } });
}

/** The segments of one track, in order. */
export function trackSegments(database: Database, key: TrackKey): Promise<TrackSegment[]> {
  return database.trackSegment.findMany({ where: { ...key }, orderBy: { segmentNo: 'asc' } });
}

/** Segments of a camera's epoch that touch a span of media time, by track and in order. */
export function segmentsBetween(
  database: Database,
  camera: { readonly cameraId: string; readonly epoch: number },
  span: { readonly fromPtsUs: number; readonly toPtsUs: number },
): Promise<TrackSegment[]> {
  const { cameraId, epoch } = camera;
  return database.trackSegment.findMany({
    where: {
      cameraId,
      epoch,
      startPtsUs: { lte: BigInt(span.toPtsUs) },
      endPtsUs: { gte: BigInt(span.fromPtsUs) },
    },
    orderBy: [{ trackNo: 'asc' }, { segmentNo: 'asc' }],
  });
}

/** Every track number of a camera with its epoch, for exports that go through them one by one. */
export function trackKeys(database: Database, cameraId: string): Promise<TrackKey[]> {
  return database.track.findMany({
    where: { cameraId },
    select: { cameraId: true, epoch: true, trackNo: true },
    orderBy: [{ epoch: 'asc' }, { trackNo: 'asc' }],
  });
}
