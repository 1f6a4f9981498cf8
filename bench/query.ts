import path from 'node:path';
import type { Clock } from '#base/clock.js';
import { seededRandom, type Random } from '#base/random.js';
import { createLogger } from '#observability/logger.js';
import { createCamera } from '#storage/cameras.js';
import { openDatabase, type Database } from '#storage/database.js';
import { migrate } from '#storage/migrate.js';
import { exampleAt, searchPoses } from '#storage/pose-search.js';
import { trackDensity } from '#storage/track-density.js';
import type { TrackSearch } from '#storage/track-filter.js';
import { searchTracks } from '#storage/track-search.js';
import { writeSegments, writeTracks } from '#storage/track-writes.js';
import { startPostgres } from '#testing/servers.js';
import { storedWalk } from '#testing/stored-tracks.js';

/** Times of searches in a private PostgreSQL, milliseconds. */
export interface QueryBench {
  readonly segments: number;
  readonly tracks: number;
  readonly poses: number;
  readonly databaseMb: number;
  readonly fillSec: number;
  readonly filter: { readonly p50Ms: number; readonly p95Ms: number; readonly kinds: Readonly<Record<string, number>> };
  /** Counts by time over everything, and over one day. */
  readonly density: { readonly allMs: number; readonly dayMs: number };
  /** Moments like a pose, among all and among those of one camera; best of the runs after the first. */
  readonly similar: { readonly allMs: number; readonly cameraMs: number };
}

const CAMERAS = 16;
const DAYS = 30;
const DAY_MS = 86_400_000;
const START_MS = 1_800_000_000_000;
const TEMPLATES = 48;
const RUNS = 20;
const SEGMENTS_PER_TRACK = 10;
const FILL_MS = 900_000;

/** Fills a private PostgreSQL with walks of 20 seconds over 30 days and 16 cameras, and searches it. Seconds a hundred thousand segments. */
export async function benchQuery(
  clock: Clock,
  options: { readonly segments: number; readonly migrations: string },
): Promise<QueryBench> {
  const log = createLogger({ service: 'bench', level: 'silent' });
  const server = await startPostgres();
  try {
    await migrate(server.url, options.migrations, log);
    const database = await openDatabase(server.url, log);
    try {
      const tracks = Math.ceil(options.segments / SEGMENTS_PER_TRACK);
      const fromMs = clock.monotonicMs();
      await fill(database, tracks);
      const fillSec = Math.round((clock.monotonicMs() - fromMs) / 1000);
      return { ...(await sizes(database)), fillSec, ...(await searches(database, clock)) };
    } finally {
      await database.$disconnect();
    }
  } finally {
    await server.stop();
  }
}

async function fill(database: Database, tracks: number): Promise<void> {
  const random = seededRandom(1);
  for (let i = 0; i < CAMERAS; i++)
    await createCamera(database, `cam_${i}`, { name: `Camera ${i}`, url: `rtsp://${i}` });
  await createCamera(database, 'cam_template', { name: 'Template', url: 'rtsp://t' });
  const walks = Array.from({ length: TEMPLATES }, (_, trackNo) => {
    const place = (): readonly [number, number] => [random() * 1900, 300 + random() * 700];
    const posture = trackNo % 16 === 0 ? 'lying' : trackNo % 8 === 1 ? 'arms-raised' : 'standing';
    const walk = { seconds: 20, from: place(), to: place(), heightPx: 100 + 150 * random(), posture } as const;
    const together = 1 + Math.floor(4 * random() ** 2);
    return storedWalk({ ...walk, cameraId: 'cam_template', epoch: 0, trackNo, startMs: 0, together }, random);
  });
  await database.$transaction(
    async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`; // no foreign keys to check row by row
      await writeTracks(
        tx,
        walks.map(({ track }) => track),
      );
      await writeSegments(
        tx,
        walks.flatMap(({ segments }) => segments),
      );
      await tx.$executeRaw`
        CREATE TEMP TABLE "place" ON COMMIT DROP AS SELECT n, 'cam_' || (n % ${CAMERAS}::int) AS "camera", n % ${TEMPLATES}::int AS "template",
          ${START_MS}::float8 + floor(random() * ${DAYS * DAY_MS}::float8) AS "at" FROM generate_series(1, ${tracks}::int) AS n`;
      await tx.$executeRaw`
        INSERT INTO "Track" SELECT p."camera", 1, p.n, t."startMs" + p."at", t."endMs" + p."at", t."startPtsUs" + (p."at" * 1000)::int8,
          t."endPtsUs" + (p."at" * 1000)::int8, t."poses", t."meanScore", t."maxSpeed", t."distance", t."closed", t."postures", t."together"
        FROM "place" p JOIN "Track" t ON t."cameraId" = 'cam_template' AND t."trackNo" = p."template"`;
      await tx.$executeRaw`
        INSERT INTO "TrackSegment" ("cameraId", "epoch", "trackNo", "segmentNo", "startMs", "endMs", "startPtsUs", "endPtsUs", "poses",
          "minX", "minY", "maxX", "maxY", "meanScore", "maxSpeed", "packed", "postures", "together")
        SELECT p."camera", 1, p.n, s."segmentNo", s."startMs" + p."at", s."endMs" + p."at", s."startPtsUs" + (p."at" * 1000)::int8,
          s."endPtsUs" + (p."at" * 1000)::int8, s."poses", s."minX", s."minY", s."maxX", s."maxY", s."meanScore", s."maxSpeed",
          s."packed", s."postures", s."together"
        FROM "place" p JOIN "TrackSegment" s ON s."cameraId" = 'cam_template' AND s."trackNo" = p."template"`;
      await tx.$executeRaw`
        INSERT INTO "SegmentKeyPoses" SELECT p."camera", 1, p.n, k."segmentNo", k."poses"
        FROM "place" p JOIN "SegmentKeyPoses" k ON k."cameraId" = 'cam_template' AND k."trackNo" = p."template"`;
    },
    { timeout: FILL_MS },
  );
  await database.$executeRaw`VACUUM (ANALYZE)`;
}

async function sizes(database: Database): Promise<Pick<QueryBench, 'segments' | 'tracks' | 'poses' | 'databaseMb'>> {
  const [row] = await database.$queryRaw<[{ segments: number; tracks: number; poses: number; databaseMb: number }]>`
    SELECT count(*)::int AS "segments", (SELECT count(*) FROM "Track")::int AS "tracks", sum("poses")::float8 AS "poses",
      round(pg_database_size(current_database()) / 1e6)::int AS "databaseMb" FROM "TrackSegment"`;
  return row;
}

/** One search of each kind, with another time and camera at every call. */
function kindsOfSearch(random: Random): Readonly<Record<string, () => TrackSearch>> {
  const camera = (): string[] => [`cam_${Math.floor(random() * CAMERAS)}`];
  const span = (lengthMs: number): { fromMs: number; toMs: number } => {
    const fromMs = START_MS + random() * (DAYS * DAY_MS - lengthMs);
    return { fromMs, toMs: fromMs + lengthMs };
  };
  return {
    newest: () => ({}),
    camera: () => ({ cameraIds: camera() }),
    minute: () => span(60_000),
    dayOfCamera: () => ({ ...span(DAY_MS), cameraIds: camera() }),
    lying: () => ({ postures: ['lying'], ...span(DAY_MS) }),
    raised: () => ({ postures: ['arms-raised'] }),
    fast: () => ({ minSpeed: 0.4, ...span(DAY_MS) }),
    together: () => ({ minTogether: 4, cameraIds: camera() }),
    line: () => ({ cameraIds: camera(), line: [0.5, 0, 0.5, 1], ...span(DAY_MS / 4) }),
    none: () => ({ minDurationSec: 1000 }),
  };
}

async function searches(database: Database, clock: Clock): Promise<Pick<QueryBench, 'filter' | 'density' | 'similar'>> {
  await database.camera.updateMany({ data: { sourceWidthPx: 1920, sourceHeightPx: 1080 } });
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const fromMs = clock.monotonicMs();
    await work();
    return clock.monotonicMs() - fromMs;
  };
  const all: number[] = [];
  const kinds: Record<string, number> = {};
  for (const [kind, search] of Object.entries(kindsOfSearch(seededRandom(7)))) {
    const times: number[] = [];
    for (let run = 0; run < RUNS; run++) times.push(await timed(() => searchTracks(database, search(), { limit: 50 })));
    kinds[kind] = at(times, 0.95);
    all.push(...times);
  }
  const day = { fromMs: START_MS, toMs: START_MS + DAY_MS };
  const least = async (work: () => Promise<unknown>): Promise<number> =>
    at([await timed(work), await timed(work), await timed(work)], 0);
  const [{ startPtsUs }] = await database.trackSegment.findMany({
    where: { cameraId: 'cam_template', trackNo: 1 },
    take: 1,
  });
  const moment = { cameraId: 'cam_template', epoch: 0, trackNo: 1, ptsUs: Number(startPtsUs) };
  const example = await exampleAt(database, moment);
  return {
    filter: { p50Ms: at(all, 0.5), p95Ms: at(all, 0.95), kinds },
    density: {
      allMs: await least(() => trackDensity(database, {}, 500)),
      dayMs: await least(() => trackDensity(database, day, 500)),
    },
    similar: {
      allMs: await least(() => searchPoses(database, { example, search: {}, limit: 50 })),
      cameraMs: await least(() => searchPoses(database, { example, search: { cameraIds: ['cam_1'] }, limit: 50 })),
    },
  };
}

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(share * (sorted.length - 1))] * 10) / 10;
}

/** Where the migrations lie, from the built bench. */
export const migrationsFolder = path.resolve(import.meta.dirname, '../../prisma/migrations');
