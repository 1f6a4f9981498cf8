import type { Clock } from '#base/clock.js';
import { seededRandom } from '#base/random.js';
import type { Database } from '#storage/database.js';
import { exampleAt, searchPoses } from '#storage/pose-search.js';
import { prepareSearch } from '#storage/track-conditions.js';
import { trackDensity } from '#storage/track-density.js';
import { countStatement, pageStatement, searchTracks } from '#storage/track-search.js';
import { cameraId, DAY_MS, SITE_CAMERAS, SITE_START_MS } from './generated-site.js';
import { withProcessTimes } from './process-times.js';
import { statementCost, type StatementCost } from './query-cost.js';
import { searchKinds } from './query-mix.js';
import { withSite, type SiteOptions } from './site-database.js';

/** Times of one kind of search, and what one search of it cost. */
export interface KindTimes {
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** PostgreSQL's processor time of one search: hardly depends on what else the machine does. Null where the system does not tell. */
  readonly cpuMs: number | null;
  readonly page: StatementCost;
  readonly total: StatementCost;
}

/** Times of searches in a private PostgreSQL, milliseconds. */
export interface QueryBench {
  readonly segments: number;
  readonly tracks: number;
  readonly poses: number;
  readonly databaseMb: number;
  readonly fillSec: number;
  readonly filter: {
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly kinds: Readonly<Record<string, KindTimes>>;
  };
  /** Counts by time over everything, and over one day; best of the runs after the first. */
  readonly density: { readonly allMs: number; readonly dayMs: number };
  /** Moments like a pose, among those of cameras that have 5 million poses or little more, and among those of one. */
  readonly similar: {
    readonly poses: number;
    readonly manyMs: number;
    readonly cameraPoses: number;
    readonly cameraMs: number;
  };
}

const RUNS = 20;
const MANY_POSES = 5_000_000;

/** Searches a generated site: see generated-site.ts and query-mix.ts. */
export async function benchQuery(options: SiteOptions): Promise<QueryBench> {
  return withSite(options, async ({ database, fillSec }) => ({
    ...(await sizes(database)),
    fillSec,
    filter: await filters(database, options),
    density: await density(database, options.clock),
    similar: await similar(database, options.clock),
  }));
}

async function sizes(database: Database): Promise<Pick<QueryBench, 'segments' | 'tracks' | 'poses' | 'databaseMb'>> {
  const [row] = await database.$queryRaw<[{ segments: number; tracks: number; poses: number; databaseMb: number }]>`
    SELECT count(*)::int AS "segments", (SELECT count(*) FROM "Track")::int AS "tracks", sum("poses")::float8 AS "poses",
      round(pg_database_size(current_database()) / 1e6)::int AS "databaseMb" FROM "TrackSegment"`;
  return row;
}

async function filters(database: Database, { clock, progress, signal }: SiteOptions): Promise<QueryBench['filter']> {
  const all: number[] = [];
  const kinds: Record<string, KindTimes> = {};
  for (const [kind, search] of Object.entries(searchKinds(seededRandom(7)))) {
    signal.throwIfAborted();
    const prepared = await prepareSearch(database, search());
    const [page, total] = [
      await statementCost(database, pageStatement(prepared, { after: null, limit: 51 })),
      await statementCost(database, countStatement(prepared)),
    ];
    const { result: ms, times } = await withProcessTimes(async () => {
      const each: number[] = [];
      for (let run = 0; run < RUNS; run++)
        each.push(await timed(clock, () => searchTracks(database, search(), { limit: 50 })));
      return each;
    });
    all.push(...ms);
    const cpuMs = times === null ? null : Math.round((10 * times.postgres) / RUNS) / 10;
    kinds[kind] = { p50Ms: at(ms, 0.5), p95Ms: at(ms, 0.95), cpuMs, page, total };
    progress(`${kind}: p50 ${kinds[kind].p50Ms} ms, p95 ${kinds[kind].p95Ms} ms`);
  }
  return { p50Ms: at(all, 0.5), p95Ms: at(all, 0.95), kinds };
}

async function density(database: Database, clock: Clock): Promise<QueryBench['density']> {
  const day = { fromMs: SITE_START_MS, toMs: SITE_START_MS + DAY_MS };
  return {
    allMs: await least(clock, () => trackDensity(database, {}, 500)),
    dayMs: await least(clock, () => trackDensity(database, day, 500)),
  };
}

async function similar(database: Database, clock: Clock): Promise<QueryBench['similar']> {
  const [{ startPtsUs, trackNo }] = await database.trackSegment.findMany({ where: { cameraId: cameraId(0) }, take: 1 });
  const moment = { cameraId: cameraId(0), epoch: 1, trackNo, ptsUs: Number(startPtsUs) };
  const example = await exampleAt(database, moment);
  const posesOf = await database.trackSegment.groupBy({ by: ['cameraId'], _sum: { poses: true } });
  const posesBy = new Map(posesOf.map((row) => [row.cameraId, row._sum.poses ?? 0]));
  const chosen: string[] = [];
  let poses = 0;
  for (let camera = SITE_CAMERAS - 1; camera >= 0 && poses < MANY_POSES; camera--) {
    chosen.push(cameraId(camera));
    poses += posesBy.get(cameraId(camera)) ?? 0;
  }
  const among = (cameraIds: readonly string[]) => () =>
    searchPoses(database, { example, search: { cameraIds }, limit: 50 });
  return {
    poses,
    manyMs: await least(clock, among(chosen)),
    cameraPoses: posesBy.get(chosen[0]) ?? 0,
    cameraMs: await least(clock, among(chosen.slice(0, 1))),
  };
}

async function timed(clock: Clock, work: () => Promise<unknown>): Promise<number> {
  const fromMs = clock.monotonicMs();
  await work();
  return clock.monotonicMs() - fromMs;
}

async function least(clock: Clock, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < 4; run++) times.push(await timed(clock, work));
  return at(times, 0);
}

/** To a tenth of a millisecond. */
function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(share * (sorted.length - 1))] * 10) / 10;
}
