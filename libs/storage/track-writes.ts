/** Tracks and their segments, written as arrays: one statement for any number of rows (`unnest`), repeatable by natural key. */
import type { Transaction } from './database.js';

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
  readonly packed: Uint8Array<ArrayBuffer>;
}

/** Inserts or replaces tracks. Each key at most once in `rows`. */
export async function writeTracks(tx: Transaction, rows: readonly TrackRow[]): Promise<void> {
  if (rows.length === 0) return;
  const of = <K extends keyof TrackRow>(name: K): TrackRow[K][] => rows.map((row) => row[name]);
  await tx.$executeRaw`
    INSERT INTO "Track" ("cameraId", "epoch", "trackNo", "startMs", "endMs", "startPtsUs", "endPtsUs", "poses", "meanScore",
      "maxSpeed", "distance", "closed")
    SELECT * FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[],
      ${of('startMs')}::float8[], ${of('endMs')}::float8[], ${of('startPtsUs')}::int8[], ${of('endPtsUs')}::int8[],
      ${of('poses')}::int[], ${of('meanScore')}::float8[], ${of('maxSpeed')}::float8[], ${of('distance')}::float8[],
      ${of('closed')}::bool[])
    ON CONFLICT ("cameraId", "epoch", "trackNo") DO UPDATE SET
      "startMs" = EXCLUDED."startMs", "endMs" = EXCLUDED."endMs", "startPtsUs" = EXCLUDED."startPtsUs",
      "endPtsUs" = EXCLUDED."endPtsUs", "poses" = EXCLUDED."poses", "meanScore" = EXCLUDED."meanScore",
      "maxSpeed" = EXCLUDED."maxSpeed", "distance" = EXCLUDED."distance", "closed" = EXCLUDED."closed"`;
}

/** Inserts or replaces segments; their tracks must be there. Each key at most once in `rows`. */
export async function writeSegments(tx: Transaction, rows: readonly SegmentRow[]): Promise<void> {
  if (rows.length === 0) return;
  const of = <K extends keyof SegmentRow>(name: K): SegmentRow[K][] => rows.map((row) => row[name]);
  // Binary travels as hexadecimal text: the driver has no array of byte strings.
  const packed = rows.map((row) => Buffer.from(row.packed).toString('hex'));
  await tx.$executeRaw`
    INSERT INTO "TrackSegment" ("cameraId", "epoch", "trackNo", "segmentNo", "startMs", "endMs", "startPtsUs", "endPtsUs",
      "poses", "minX", "minY", "maxX", "maxY", "meanScore", "maxSpeed", "packed")
    SELECT "c", "e", "t", "n", "s", "d", "sp", "ep", "p", "x0", "y0", "x1", "y1", "ms", "mx", decode("hex", 'hex')
    FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[], ${of('segmentNo')}::int[],
      ${of('startMs')}::float8[], ${of('endMs')}::float8[], ${of('startPtsUs')}::int8[], ${of('endPtsUs')}::int8[],
      ${of('poses')}::int[], ${of('minX')}::float8[], ${of('minY')}::float8[], ${of('maxX')}::float8[],
      ${of('maxY')}::float8[], ${of('meanScore')}::float8[], ${of('maxSpeed')}::float8[], ${packed}::text[])
      AS "row" ("c", "e", "t", "n", "s", "d", "sp", "ep", "p", "x0", "y0", "x1", "y1", "ms", "mx", "hex")
    ON CONFLICT ("cameraId", "epoch", "trackNo", "segmentNo") DO UPDATE SET
      "startMs" = EXCLUDED."startMs", "endMs" = EXCLUDED."endMs", "startPtsUs" = EXCLUDED."startPtsUs",
      "endPtsUs" = EXCLUDED."endPtsUs", "poses" = EXCLUDED."poses", "minX" = EXCLUDED."minX", "minY" = EXCLUDED."minY",
      "maxX" = EXCLUDED."maxX", "maxY" = EXCLUDED."maxY", "meanScore" = EXCLUDED."meanScore",
      "maxSpeed" = EXCLUDED."maxSpeed", "packed" = EXCLUDED."packed"`;
}
