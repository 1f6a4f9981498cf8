/** Tracks and their segments, written as arrays: one statement for any number of rows (`unnest`), repeatable by natural key. */
import { cellsOfPath } from '#geometry/picture-cells.js';
import type { Transaction } from './database.js';
import { segmentSummary, type SegmentSummary } from './segment-summary.js';

/** The natural key of a track. */
export interface TrackKey {
  readonly cameraId: string;
  readonly epoch: number;
  readonly trackNo: number;
}

/** A whole track as known now; a later write of the same key replaces it. */
export interface TrackRow extends TrackKey {
  /** Wall clock of the first and last pose, milliseconds. */
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
  /** No further pose will come. */
  readonly closed: boolean;
}

/** About two seconds of a track; `packed` is of `segment-codec.ts`, the box is the hull of all boxes in source pixels. */
export interface SegmentRow extends TrackKey {
  readonly segmentNo: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly startPtsUs: number;
  readonly endPtsUs: number;
  readonly poses: number;
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
  readonly meanScore: number;
  readonly maxSpeed: number;
  /** Most people in one of its frames, this one included. */
  readonly together: number;
  readonly packed: Uint8Array<ArrayBuffer>;
}

/** Inserts or replaces tracks. Each key at most once in `rows`. */
export async function writeTracks(tx: Transaction, rows: readonly TrackRow[]): Promise<void> {
  if (rows.length === 0) return;
  const of = <K extends keyof TrackRow>(name: K): TrackRow[K][] => rows.map((row) => row[name]);
  await tx.$executeRaw`
    INSERT INTO "Track" ("cameraId", "epoch", "trackNo", "startMs", "endMs", "startPtsUs", "endPtsUs", "poses", "meanScore",
      "maxSpeed", "distance", "closed", "cells")
    SELECT *, 0 FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[],
      ${of('startMs')}::float8[], ${of('endMs')}::float8[], ${of('startPtsUs')}::int8[], ${of('endPtsUs')}::int8[],
      ${of('poses')}::int[], ${of('meanScore')}::float8[], ${of('maxSpeed')}::float8[], ${of('distance')}::float8[],
      ${of('closed')}::bool[])
    ON CONFLICT ("cameraId", "epoch", "trackNo") DO UPDATE SET
      "startMs" = EXCLUDED."startMs", "endMs" = EXCLUDED."endMs", "startPtsUs" = EXCLUDED."startPtsUs",
      "endPtsUs" = EXCLUDED."endPtsUs", "poses" = EXCLUDED."poses", "meanScore" = EXCLUDED."meanScore",
      "maxSpeed" = EXCLUDED."maxSpeed", "distance" = EXCLUDED."distance", "closed" = EXCLUDED."closed"`;
}

/**
 * Inserts or replaces segments with what searches need of them (see segment-summary.ts); their tracks must be there. Each key at most
 * once in `rows`. @throws AppError `data-loss` when a segment's bytes cannot be read.
 */
export async function writeSegments(tx: Transaction, rows: readonly SegmentRow[]): Promise<void> {
  if (rows.length === 0) return;
  const of = <K extends keyof SegmentRow>(name: K): SegmentRow[K][] => rows.map((row) => row[name]);
  const summaries = rows.map((row) => segmentSummary(row.packed));
  // One statement for both: another one would be another way to the server and back.
  const cameras = await tx.$queryRaw<(PictureSize & { readonly id: string })[]>`
    WITH "written" AS (
      INSERT INTO "TrackSegment" ("cameraId", "epoch", "trackNo", "segmentNo", "startMs", "endMs", "startPtsUs", "endPtsUs",
        "poses", "minX", "minY", "maxX", "maxY", "meanScore", "maxSpeed", "together", "postures", "packed", "feet")
      SELECT "c", "e", "t", "n", "s", "d", "sp", "ep", "p", "x0", "y0", "x1", "y1", "ms", "mx", "tg", "po",
        decode("hex", 'hex'), decode("feet", 'hex')
      FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[], ${of('segmentNo')}::int[],
        ${of('startMs')}::float8[], ${of('endMs')}::float8[], ${of('startPtsUs')}::int8[], ${of('endPtsUs')}::int8[],
        ${of('poses')}::int[], ${of('minX')}::float8[], ${of('minY')}::float8[], ${of('maxX')}::float8[],
        ${of('maxY')}::float8[], ${of('meanScore')}::float8[], ${of('maxSpeed')}::float8[], ${of('together')}::int[],
        ${summaries.map(({ postures }) => postures)}::int[], ${rows.map(({ packed }) => hex(packed))}::text[],
        ${summaries.map(({ feet }) => hex(feet))}::text[])
        AS "row" ("c", "e", "t", "n", "s", "d", "sp", "ep", "p", "x0", "y0", "x1", "y1", "ms", "mx", "tg", "po", "hex", "feet")
      ON CONFLICT ("cameraId", "epoch", "trackNo", "segmentNo") DO UPDATE SET
        "startMs" = EXCLUDED."startMs", "endMs" = EXCLUDED."endMs", "startPtsUs" = EXCLUDED."startPtsUs",
        "endPtsUs" = EXCLUDED."endPtsUs", "poses" = EXCLUDED."poses", "minX" = EXCLUDED."minX", "minY" = EXCLUDED."minY",
        "maxX" = EXCLUDED."maxX", "maxY" = EXCLUDED."maxY", "meanScore" = EXCLUDED."meanScore",
        "maxSpeed" = EXCLUDED."maxSpeed", "together" = EXCLUDED."together", "postures" = EXCLUDED."postures",
        "packed" = EXCLUDED."packed", "feet" = EXCLUDED."feet")
    SELECT "id", "sourceWidthPx" AS "widthPx", "sourceHeightPx" AS "heightPx" FROM "Camera"
    WHERE "id" = ANY(${of('cameraId')}::text[])`;
  const summarised = rows.map((row, at): SummarisedSegment => {
    const camera = cameras.find(({ id }) => id === row.cameraId);
    return { ...row, ...summaries[at], cells: camera === undefined ? null : cellsIn(summaries[at], camera) };
  });
  await writeKeyPoses(tx, summarised);
  await raiseTracks(tx, summarised);
}

/** Of a camera's own picture; null until it delivered one. */
export interface PictureSize {
  readonly widthPx: number | null;
  readonly heightPx: number | null;
}

/** Where the feet of a segment were, see picture-cells.ts; null where the size of the picture is not known. */
export function cellsIn({ path }: Pick<SegmentSummary, 'path'>, { widthPx, heightPx }: PictureSize): bigint | null {
  if (widthPx === null || heightPx === null) return null;
  const points = path.map(({ foot }) => foot);
  return cellsOfPath(points, { widthPx, heightPx });
}

/** A segment's key with what its track and its key poses take from it. */
type SummarisedSegment = TrackKey &
  Pick<SegmentRow, 'segmentNo' | 'together'> &
  Pick<SegmentSummary, 'postures' | 'keyPoses'> & { readonly cells: bigint | null };

type KeyPosesRow = Pick<SummarisedSegment, keyof TrackKey | 'segmentNo' | 'keyPoses'>;

/** Inserts or replaces the key poses of segments that are there. */
export async function writeKeyPoses(tx: Transaction, rows: readonly KeyPosesRow[]): Promise<void> {
  const of = <K extends keyof KeyPosesRow>(name: K): KeyPosesRow[K][] => rows.map((row) => row[name]);
  await tx.$executeRaw`
    INSERT INTO "SegmentKeyPoses" ("cameraId", "epoch", "trackNo", "segmentNo", "poses")
    SELECT "c", "e", "t", "n", decode("hex", 'hex')
    FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[], ${of('segmentNo')}::int[],
      ${rows.map(({ keyPoses }) => hex(keyPoses))}::text[]) AS "row" ("c", "e", "t", "n", "hex")
    ON CONFLICT ("cameraId", "epoch", "trackNo", "segmentNo") DO UPDATE SET "poses" = EXCLUDED."poses"`;
}

/** A track has every posture and every cell of its segments, and the most people of any: doing it again changes nothing. */
async function raiseTracks(tx: Transaction, rows: readonly SummarisedSegment[]): Promise<void> {
  const of = <K extends keyof SummarisedSegment>(name: K): SummarisedSegment[K][] => rows.map((row) => row[name]);
  await tx.$executeRaw`
    UPDATE "Track" SET "postures" = "Track"."postures" | "row"."p", "together" = greatest("Track"."together", "row"."g"),
      "cells" = "Track"."cells" | "row"."b"
    FROM (SELECT "c", "e", "t", bit_or("p") AS "p", max("g") AS "g", CASE WHEN count("b") = count(*) THEN bit_or("b") END AS "b"
      FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[], ${of('postures')}::int[],
        ${of('together')}::int[], ${of('cells')}::int8[]) AS "each" ("c", "e", "t", "p", "g", "b") GROUP BY 1, 2, 3) AS "row"
    WHERE "Track"."cameraId" = "row"."c" AND "Track"."epoch" = "row"."e" AND "Track"."trackNo" = "row"."t"`;
}

/** Binary travels as hexadecimal text: the driver has no array of byte strings. */
function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}
