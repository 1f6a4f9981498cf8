import type { Transaction } from './database.js';

/** One alert as known now: written when it starts and again when it ends. */
export interface EventRow {
  /** Natural: rule-camera-epoch-track-seq of the frame that started it. */
  readonly id: string;
  readonly kind: string;
  readonly ruleId: string;
  readonly zoneId: string | null;
  readonly cameraId: string;
  readonly epoch: number;
  readonly trackNo: number;
  readonly startMs: number;
  /** Null while it goes on. */
  readonly endMs: number | null;
  readonly startPtsUs: number;
  /** See `measure` in the contract `behavior.detected`. */
  readonly measure: Readonly<Record<string, unknown>>;
  readonly why: string;
  /** Relative to the data folder; null: no picture. */
  readonly snapshotPath: string | null;
}

/** An alert that ended; `measure` and `why` then say the whole of it. */
export type EventEnd = Pick<EventRow, 'id' | 'measure' | 'why'> & { readonly endMs: number };

/**
 * Inserts alerts. One that is there already keeps what people did with it. Those of a rule that was deleted meanwhile are
 * left out. Each id at most once in `rows`.
 */
export async function writeEvents(tx: Transaction, rows: readonly EventRow[]): Promise<void> {
  if (rows.length === 0) return;
  const of = <K extends keyof EventRow>(name: K): EventRow[K][] => rows.map((row) => row[name]);
  const measures = rows.map((row) => JSON.stringify(row.measure));
  await tx.$executeRaw`
    INSERT INTO "Event" ("id", "kind", "ruleId", "zoneId", "cameraId", "epoch", "trackNo", "startMs", "endMs", "startPtsUs",
      "measure", "why", "snapshotPath")
    SELECT "row".* FROM unnest(${of('id')}::text[], ${of('kind')}::text[], ${of('ruleId')}::text[], ${of('zoneId')}::text[],
      ${of('cameraId')}::text[], ${of('epoch')}::int[], ${of('trackNo')}::int[], ${of('startMs')}::float8[],
      ${of('endMs')}::float8[], ${of('startPtsUs')}::int8[], ${measures}::jsonb[], ${of('why')}::text[],
      ${of('snapshotPath')}::text[])
      AS "row" ("id", "kind", "ruleId", "zoneId", "cameraId", "epoch", "trackNo", "startMs", "endMs", "startPtsUs",
        "measure", "why", "snapshotPath")
    WHERE EXISTS (SELECT 1 FROM "Rule" WHERE "Rule"."id" = "row"."ruleId")
    ON CONFLICT ("id") DO UPDATE SET "endMs" = EXCLUDED."endMs", "measure" = EXCLUDED."measure", "why" = EXCLUDED."why"`;
}

/** Ends alerts; an id that is not there is left out. */
export async function endEvents(tx: Transaction, ends: readonly EventEnd[]): Promise<void> {
  if (ends.length === 0) return;
  const ids = ends.map((end) => end.id);
  const times = ends.map((end) => end.endMs);
  const measures = ends.map((end) => JSON.stringify(end.measure));
  const whys = ends.map((end) => end.why);
  await tx.$executeRaw`
    UPDATE "Event" SET "endMs" = "row"."endMs", "measure" = "row"."measure", "why" = "row"."why"
    FROM unnest(${ids}::text[], ${times}::float8[], ${measures}::jsonb[], ${whys}::text[])
      AS "row" ("id", "endMs", "measure", "why")
    WHERE "Event"."id" = "row"."id"`;
}
