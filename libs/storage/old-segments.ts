import type { Database } from './database.js';
import { segmentSummary } from './segment-summary.js';
import { stored } from './storage-errors.js';
import { raiseTracks, writeKeyPoses, type SummarisedSegment, type TrackKey } from './track-writes.js';

const BATCH = 200;

/**
 * Summarises up to 200 segments that were written before there were summaries, in any order; returns how
 * many it found. 0: all are done.
 */
export async function summariseOldSegments(database: Database): Promise<number> {
  return stored(() =>
    database.$transaction(async (tx) => {
      const found = await tx.$queryRaw<
        (TrackKey & { readonly segmentNo: number; readonly together: number; readonly packed: Uint8Array })[]
      >`
        SELECT s."cameraId", s."epoch", s."trackNo", s."segmentNo", s."together", s."packed" FROM "TrackSegment" s
        LEFT JOIN "SegmentKeyPoses" k USING ("cameraId", "epoch", "trackNo", "segmentNo")
        WHERE k."poses" IS NULL LIMIT ${BATCH} FOR UPDATE OF s SKIP LOCKED`;
      if (found.length === 0) return 0;
      const rows = found.map(({ packed, ...key }): SummarisedSegment => ({ ...key, ...segmentSummary(packed) }));
      await writeKeyPoses(tx, rows);
      await raiseTracks(tx, rows);
      const of = <K extends keyof SummarisedSegment>(name: K): SummarisedSegment[K][] => rows.map((row) => row[name]);
      await tx.$executeRaw`
        UPDATE "TrackSegment" s SET "postures" = "row"."p"
        FROM unnest(${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[], ${of('segmentNo')}::int[],
          ${of('postures')}::int[]) AS "row" ("c", "e", "t", "n", "p")
        WHERE s."cameraId" = "row"."c" AND s."epoch" = "row"."e" AND s."trackNo" = "row"."t" AND s."segmentNo" = "row"."n"`;
      return rows.length;
    }),
  );
}
