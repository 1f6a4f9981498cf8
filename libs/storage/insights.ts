/**
 * What stored tracks and alerts add up to over a span of time. Every query reads one index range and answers with a number of rows
 * that its arguments bound. Feet are taken from the summary boxes of segments (about two seconds): exact for who stays, and to the length of two
 * seconds of walking for who passes.
 */
import type { Database } from './database.js';
import { Prisma } from './generated/client.js';
import { longestTrack } from './longest-track.js';
import { stored } from './storage-errors.js';
import { wrongField } from './track-filter.js';

/** Wall clock, milliseconds; at most `LONGEST_SPAN_MS` apart. */
export interface InsightSpan {
  readonly fromMs: number;
  readonly toMs: number;
}

const DAY_MS = 86_400_000;
/** Longest span of an insight. */
export const LONGEST_SPAN_MS = 92 * DAY_MS;
/** Tracks whose ways are counted at most; of more, the newest are. */
export const MOST_WAYS = 20_000;
/** Somebody seen for less is more often a flicker than a visit. */
const SHORTEST_VISIT_MS = 1000;
/** A box so near an edge of the picture, as a share of its side, reaches over it. */
const EDGE_SHARE = 0.02;

/** @throws AppError `invalid-input` naming the field. */
function checkSpan({ fromMs, toMs }: InsightSpan): void {
  if (!Number.isFinite(fromMs) || fromMs < 0) throw wrongField('fromMs', `${fromMs} is not a time.`);
  if (!(toMs > fromMs)) throw wrongField('toMs', `${toMs} is not after fromMs, which is ${fromMs}.`);
  if (toMs - fromMs > LONGEST_SPAN_MS)
    throw wrongField('toMs', `the span is longer than ${LONGEST_SPAN_MS / DAY_MS} days.`);
}

/** Tracks `t` that were there in the span, by the index over their starts. */
function inSpan({ fromMs, toMs }: InsightSpan): Prisma.Sql {
  return Prisma.sql`t."startMs" < ${toMs} AND t."endMs" >= ${fromMs} AND t."startMs" >= ${fromMs} - ${longestTrack}`;
}

/** How many people were seen by each live camera in each part of a span. */
export interface PeopleOverTime {
  readonly fromMs: number;
  readonly bucketMs: number;
  readonly cameras: readonly {
    readonly cameraId: string;
    /** Tracks that were there in the span. */
    readonly people: number;
    /** A track counts in every bucket it was there in. */
    readonly counts: readonly number[];
  }[];
}

const MOST_BUCKETS = 500;

/** Cameras that saw nobody are left out. @throws AppError `invalid-input` naming the field; `unavailable`. */
export async function peopleOverTime(database: Database, span: InsightSpan, buckets: number): Promise<PeopleOverTime> {
  checkSpan(span);
  if (!Number.isInteger(buckets) || buckets < 1 || buckets > MOST_BUCKETS)
    throw wrongField('buckets', `${buckets} is not a whole number from 1 to ${MOST_BUCKETS}.`);
  const { fromMs, toMs } = span;
  const bucketMs = (toMs - fromMs) / buckets;
  const bucket = (ms: Prisma.Sql): Prisma.Sql =>
    Prisma.sql`greatest(0, least(${buckets - 1}, floor((${ms} - ${fromMs}) / ${bucketMs})))::int`;
  return stored(async () => {
    const rows = await database.$queryRaw<{ cameraId: string; bucket: number | null; found: number }[]>`
      WITH "seen" AS MATERIALIZED (SELECT t."cameraId", ${bucket(Prisma.sql`t."startMs"`)} AS "first", ${bucket(Prisma.sql`t."endMs"`)} AS "last"
        FROM "Track" t JOIN "Camera" c ON c."id" = t."cameraId"
        WHERE ${inSpan(span)} AND c."kind" = 'live' AND c."deletedAt" IS NULL)
      SELECT "cameraId", b AS "bucket", count(*)::int AS "found" FROM "seen", generate_series("first", "last") AS b GROUP BY 1, 2
      UNION ALL SELECT "cameraId", NULL, count(*)::int FROM "seen" GROUP BY 1`;
    const cameras = new Map<string, { people: number; counts: number[] }>();
    for (const row of rows) {
      const camera = cameras.get(row.cameraId) ?? { people: 0, counts: new Array<number>(buckets).fill(0) };
      if (row.bucket === null) camera.people = row.found;
      else camera.counts[row.bucket] = row.found;
      cameras.set(row.cameraId, camera);
    }
    const found = [...cameras].map(([cameraId, each]) => ({ cameraId, ...each }));
    found.sort((a, b) => b.people - a.people || a.cameraId.localeCompare(b.cameraId));
    return { fromMs, bucketMs, cameras: found };
  });
}

/** How long people's feet were in each cell of the picture; each pose stands for the time until the next. */
export interface DwellMap {
  readonly columns: number;
  readonly rows: number;
  /** Person-seconds, `columns × rows` row by row from the top left. */
  readonly seconds: readonly number[];
}

/** Cells of a dwell map across and down. */
const COLUMNS = 48;
const ROWS = 27;

/** One camera's dwell over a span. All zeros for a camera that never sent a picture. @throws AppError `invalid-input`; `unavailable`. */
export async function dwellMap(database: Database, cameraId: string, span: InsightSpan): Promise<DwellMap> {
  checkSpan(span);
  return stored(async () => {
    const rows = await database.$queryRaw<{ cell: number; seconds: number }[]>`
      SELECT greatest(0, least(${COLUMNS - 1}, floor((s."minX" + s."maxX") / 2 / c."sourceWidthPx" * ${COLUMNS})))::int
          + ${COLUMNS} * greatest(0, least(${ROWS - 1}, floor(s."maxY" / c."sourceHeightPx" * ${ROWS})))::int AS "cell",
        sum((s."endMs" - s."startMs") * s."poses" / greatest(1, s."poses" - 1)) / 1000 AS "seconds"
      FROM "TrackSegment" s JOIN "Camera" c ON c."id" = s."cameraId"
      WHERE s."cameraId" = ${cameraId} AND s."startMs" >= ${span.fromMs} AND s."startMs" < ${span.toMs}
        AND c."sourceWidthPx" > 0 AND c."sourceHeightPx" > 0
      GROUP BY 1`;
    const seconds = new Array<number>(COLUMNS * ROWS).fill(0);
    for (const row of rows) seconds[row.cell] = row.seconds;
    return { columns: COLUMNS, rows: ROWS, seconds };
  });
}

/** Where people come into the picture and leave it: over an edge, or within it, as through a door. */
export const flowSides = ['left', 'right', 'bottom', 'top', 'inside'] as const;
export type FlowSide = (typeof flowSides)[number];

/** From where to where people went. */
export interface Flows {
  readonly flows: readonly { readonly from: FlowSide; readonly to: FlowSide; readonly people: number }[];
  /** Tracks that were counted. */
  readonly people: number;
  /** False: there were more than `MOST_WAYS`, and the newest were counted. */
  readonly isComplete: boolean;
}

/** One camera's flows over a span, the most used first. Needs tracks of at least a second. @throws AppError `invalid-input`; `unavailable`. */
export async function flows(database: Database, cameraId: string, span: InsightSpan): Promise<Flows> {
  checkSpan(span);
  return stored(async () => {
    const rows = await database.$queryRaw<{ from: FlowSide; to: FlowSide; people: number }[]>`
      WITH "visit" AS MATERIALIZED (SELECT t."cameraId", t."epoch", t."trackNo", c."sourceWidthPx" AS "w", c."sourceHeightPx" AS "h"
        FROM "Track" t JOIN "Camera" c ON c."id" = t."cameraId"
        WHERE t."cameraId" = ${cameraId} AND t."startMs" >= ${span.fromMs} AND t."startMs" < ${span.toMs}
          AND t."endMs" - t."startMs" >= ${SHORTEST_VISIT_MS} AND c."sourceWidthPx" > 0 AND c."sourceHeightPx" > 0
        ORDER BY t."startMs" DESC LIMIT ${MOST_WAYS + 1})
      SELECT "first"."side" AS "from", "last"."side" AS "to", count(*)::int AS "people"
      FROM "visit" v, LATERAL (${endOfVisit(Prisma.sql`ASC`)}) AS "first", LATERAL (${endOfVisit(Prisma.sql`DESC`)}) AS "last"
      GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2`;
    const people = rows.reduce((sum, row) => sum + row.people, 0);
    return { flows: rows, people, isComplete: people <= MOST_WAYS };
  });
}

/** The side that the first or last segment of visit `v` reaches over. */
function endOfVisit(order: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`SELECT CASE
      WHEN s."minX" <= ${EDGE_SHARE}::float8 * v."w" THEN 'left' WHEN s."maxX" >= ${1 - EDGE_SHARE}::float8 * v."w" THEN 'right'
      WHEN s."maxY" >= ${1 - EDGE_SHARE}::float8 * v."h" THEN 'bottom' WHEN s."minY" <= ${EDGE_SHARE}::float8 * v."h" THEN 'top'
      ELSE 'inside' END AS "side"
    FROM "TrackSegment" s WHERE s."cameraId" = v."cameraId" AND s."epoch" = v."epoch" AND s."trackNo" = v."trackNo"
    ORDER BY s."segmentNo" ${order} LIMIT 1`;
}

/** What became of a rule. */
export interface RuleOutcome {
  readonly ruleId: string;
  /** Alerts that began in the span … */
  readonly alerts: number;
  /** … of which nobody has taken note. */
  readonly open: number;
  /** Mean length of those that are over, seconds; null without any. */
  readonly meanSec: number | null;
  /** Mean time until somebody took note, seconds; null without any. */
  readonly meanNotedSec: number | null;
  /** Its newest alert of all time; null when it never fired. */
  readonly last: {
    readonly id: string;
    readonly cameraName: string;
    readonly startMs: number;
    /** Null while it goes on. */
    readonly endMs: number | null;
    readonly isAcknowledged: boolean;
    readonly why: string;
  } | null;
}

interface OutcomeRow extends Omit<RuleOutcome, 'last'> {
  readonly id: string | null;
  readonly cameraName: string;
  readonly startMs: number;
  readonly endMs: number | null;
  readonly isAcknowledged: boolean;
  readonly why: string;
}

/** One outcome for each rule that is not deleted, oldest rule first. Alerts of deleted cameras do not count. @throws AppError `invalid-input`; `unavailable`. */
export async function ruleOutcomes(database: Database, span: InsightSpan): Promise<RuleOutcome[]> {
  checkSpan(span);
  return stored(async () => {
    // The newest alert is asked for as a range of one rule id: of an equality, the planner would rather walk back over all alerts by time,
    // which for a rule that never fired is every one of them.
    const rows = await database.$queryRaw<OutcomeRow[]>`
      WITH "sum" AS MATERIALIZED (SELECT e."ruleId", count(*)::int AS "alerts",
          (count(*) FILTER (WHERE e."acknowledgedAt" IS NULL))::int AS "open",
          avg(e."endMs" - e."startMs") / 1000 AS "meanSec",
          (avg(extract(epoch FROM e."acknowledgedAt") * 1000 - e."startMs") / 1000)::float8 AS "meanNotedSec"
        FROM "Event" e JOIN "Camera" c ON c."id" = e."cameraId" AND c."deletedAt" IS NULL
        WHERE e."startMs" >= ${span.fromMs} AND e."startMs" < ${span.toMs} GROUP BY e."ruleId")
      SELECT r."id" AS "ruleId", coalesce("sum"."alerts", 0) AS "alerts", coalesce("sum"."open", 0) AS "open",
        "sum"."meanSec", "sum"."meanNotedSec", "last".*
      FROM "Rule" r LEFT JOIN "Camera" own ON own."id" = r."cameraId" LEFT JOIN "sum" ON "sum"."ruleId" = r."id"
      LEFT JOIN LATERAL (SELECT e."id", c."name" AS "cameraName", e."startMs", e."endMs", e."why",
          e."acknowledgedAt" IS NOT NULL AS "isAcknowledged"
        FROM "Event" e JOIN "Camera" c ON c."id" = e."cameraId" AND c."deletedAt" IS NULL
        WHERE e."ruleId" >= r."id" AND e."ruleId" <= r."id"
        ORDER BY e."ruleId" DESC, e."startMs" DESC LIMIT 1) AS "last" ON true
      WHERE r."deletedAt" IS NULL AND (r."cameraId" IS NULL OR own."deletedAt" IS NULL)
      ORDER BY r."createdAt", r."id"`;
    return rows.map(({ ruleId, alerts, open, meanSec, meanNotedSec, id, ...last }) => ({
      ...{ ruleId, alerts, open, meanSec, meanNotedSec },
      last: id === null ? null : { id, ...last },
    }));
  });
}
