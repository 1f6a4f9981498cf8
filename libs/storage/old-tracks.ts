/**
 * Fills in what searches need of tracks that an older version wrote: postures, key poses and feet of their segments, then the cells of the
 * track. Small statements with a pause between them, which pass over rows that are being written; several processes may do it at once.
 */
import { AppError } from '#base/errors.js';
import type { Database, Transaction } from './database.js';
import { unpackFootPath } from './foot-path.js';
import { Prisma } from './generated/client.js';
import { segmentSummary, type SegmentSummary } from './segment-summary.js';
import { stored } from './storage-errors.js';
import { trackId } from './track-paths.js';
import { cellsIn, writeKeyPoses, type PictureSize, type TrackKey } from './track-writes.js';

/** What was done. */
export interface OldTracks {
  readonly tracks: number;
  /** Segments whose bytes are damaged: they stay, and no search by posture, pose or place finds them. */
  readonly unreadable: number;
}

const TRACKS_AT_ONCE = 20;
/** Some 0.3 ms of this process each. */
const SEGMENTS_AT_ONCE = 100;

type OldTrack = TrackKey & PictureSize;

/** Goes through all tracks once. `pause` is awaited between batches. @throws AppError `unavailable`. */
export async function summariseOldTracks(database: Database, pause: () => Promise<void>): Promise<OldTracks> {
  let [tracks, unreadable] = [0, 0];
  for (let after: TrackKey | null = null; ;) {
    const batch = await stored(() => nextTracks(database, after));
    if (batch.length === 0) return { tracks, unreadable };
    for (let done = SEGMENTS_AT_ONCE; done === SEGMENTS_AT_ONCE;) {
      const step = await stored(() => database.$transaction((tx) => summariseSegments(tx, batch)));
      done = step.done;
      unreadable += step.unreadable;
      await pause();
    }
    tracks += await stored(() => database.$transaction((tx) => finishTracks(tx, batch)));
    after = batch[batch.length - 1];
  }
}

function nextTracks(database: Database, after: TrackKey | null): Promise<OldTrack[]> {
  const beyond =
    after === null
      ? Prisma.empty
      : Prisma.sql`AND (t."cameraId", t."epoch", t."trackNo") > (${after.cameraId}::text, ${after.epoch}::int, ${after.trackNo}::int)`;
  return database.$queryRaw<OldTrack[]>`
    SELECT t."cameraId", t."epoch", t."trackNo", c."sourceWidthPx" AS "widthPx", c."sourceHeightPx" AS "heightPx"
    FROM "Track" t JOIN "Camera" c ON c."id" = t."cameraId"
    WHERE t."cells" IS NULL AND c."sourceWidthPx" IS NOT NULL AND c."sourceHeightPx" IS NOT NULL ${beyond}
    ORDER BY t."cameraId", t."epoch", t."trackNo" LIMIT ${TRACKS_AT_ONCE}`;
}

/** Those that nobody writes now, which nobody can until the transaction ends. */
async function lockTracks(tx: Transaction, tracks: readonly OldTrack[]): Promise<OldTrack[]> {
  const locked = await tx.$queryRaw<TrackKey[]>`
    SELECT t."cameraId", t."epoch", t."trackNo" FROM "Track" t
    WHERE (t."cameraId", t."epoch", t."trackNo") IN ${keysOf(tracks)} AND t."cells" IS NULL FOR UPDATE SKIP LOCKED`;
  const ids = new Set(locked.map(trackId));
  return tracks.filter((track) => ids.has(trackId(track)));
}

function keysOf(tracks: readonly TrackKey[]): Prisma.Sql {
  const of = <K extends keyof TrackKey>(name: K): TrackKey[K][] => tracks.map((track) => track[name]);
  return Prisma.sql`(SELECT * FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[]))`;
}

type OldSegment = TrackKey & { readonly segmentNo: number; readonly packed: Uint8Array };

async function summariseSegments(
  tx: Transaction,
  batch: readonly OldTrack[],
): Promise<{ readonly done: number; readonly unreadable: number }> {
  const tracks = await lockTracks(tx, batch);
  const found = await tx.$queryRaw<OldSegment[]>`
    SELECT s."cameraId", s."epoch", s."trackNo", s."segmentNo", s."packed" FROM "TrackSegment" s
    WHERE (s."cameraId", s."epoch", s."trackNo") IN ${keysOf(tracks)} AND s."feet" IS NULL
    LIMIT ${SEGMENTS_AT_ONCE}`;
  if (found.length === 0) return { done: 0, unreadable: 0 };
  let unreadable = 0;
  const rows = found.map(({ packed, ...key }) => {
    const summary = summaryOf(packed);
    if (summary === null) unreadable++;
    return { ...key, ...(summary ?? nothing) };
  });
  const of = <K extends keyof (typeof rows)[number]>(name: K): (typeof rows)[number][K][] =>
    rows.map((row) => row[name]);
  await tx.$executeRaw`
    UPDATE "TrackSegment" s SET "postures" = "row"."p", "feet" = decode("row"."f", 'hex')
    FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[], ${of('segmentNo')}::int[],
      ${of('postures')}::int[], ${of('feet').map((feet) => Buffer.from(feet).toString('hex'))}::text[])
      AS "row" ("c", "e", "t", "n", "p", "f")
    WHERE s."cameraId" = "row"."c" AND s."epoch" = "row"."e" AND s."trackNo" = "row"."t" AND s."segmentNo" = "row"."n"`;
  await writeKeyPoses(tx, rows);
  return { done: rows.length, unreadable };
}

/** Of a segment whose bytes are damaged: no pose. */
const nothing: Omit<SegmentSummary, 'path'> = { postures: 0, keyPoses: new Uint8Array(), feet: Uint8Array.of(0) };

/** Null for damaged bytes. */
function summaryOf(packed: Uint8Array): SegmentSummary | null {
  try {
    return segmentSummary(packed);
  } catch (thrown) {
    if (thrown instanceof AppError && thrown.kind === 'data-loss') return null;
    throw thrown;
  }
}

interface TrackFeet extends TrackKey {
  readonly postures: number;
  /** Of each segment; null: one has none yet. */
  readonly feet: readonly Uint8Array[] | null;
}

/** A track that is written meanwhile, or has a segment without feet again, is left for the next time. */
async function finishTracks(tx: Transaction, batch: readonly OldTrack[]): Promise<number> {
  const tracks = new Map((await lockTracks(tx, batch)).map((track) => [trackId(track), track]));
  const found = await tx.$queryRaw<TrackFeet[]>`
    SELECT s."cameraId", s."epoch", s."trackNo", bit_or(s."postures") AS "postures",
      CASE WHEN count(s."feet") = count(*) THEN array_agg(s."feet") END AS "feet"
    FROM "TrackSegment" s WHERE (s."cameraId", s."epoch", s."trackNo") IN ${keysOf([...tracks.values()])} GROUP BY 1, 2, 3`;
  const rows = found.flatMap(({ feet, ...row }) => {
    const track = tracks.get(trackId(row));
    if (feet === null || track === undefined) return [];
    const each = feet.map((bytes) => cellsIn({ path: unpackFootPath(bytes) }, track) ?? 0n);
    return [{ ...row, cells: each.reduce((all, more) => all | more, 0n) }];
  });
  const of = <K extends keyof (typeof rows)[number]>(name: K): (typeof rows)[number][K][] =>
    rows.map((row) => row[name]);
  return tx.$executeRaw`
    UPDATE "Track" t SET "postures" = t."postures" | "row"."p", "cells" = "row"."b"
    FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[], ${of('postures')}::int[],
      ${of('cells')}::int8[]) AS "row" ("c", "e", "t", "p", "b")
    WHERE t."cameraId" = "row"."c" AND t."epoch" = "row"."e" AND t."trackNo" = "row"."t"`;
}
