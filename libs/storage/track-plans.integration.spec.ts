import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { createCamera, setSourceSize } from './cameras.js';
import { openDatabase, type Database } from './database.js';
import type { Prisma } from './generated/client.js';
import { migrate } from './migrate.js';
import { batchStatement } from './retention.js';
import { prepareSearch } from './track-conditions.js';
import type { TrackSearch } from './track-filter.js';
import { pathsStatement } from './track-paths.js';
import { countStatement, pageStatement } from './track-search.js';
import { createZone } from './zones.js';

const log = pino({ level: 'silent' });
const START_MS = 1_800_000_000_000;

let server: TestServer;
let db: Database;

const plansFolder = path.resolve('test/fixtures/query-plans');

type PlanNode = Record<string, unknown>;

async function planOf(statement: Prisma.Sql): Promise<PlanNode> {
  const [row] = await db.$queryRawUnsafe<[{ 'QUERY PLAN': [{ Plan: PlanNode }] }]>(
    `EXPLAIN (FORMAT JSON, COSTS OFF) ${statement.text}`,
    ...statement.values,
  );
  return row['QUERY PLAN'][0].Plan;
}

/** Node types, indexes and tables; no costs, and no order of what does not matter. */
function shape(node: PlanNode, depth = 0): string[] {
  const place = ['Node Type', 'Index Name', 'Relation Name']
    .map((field) => node[field])
    .filter((part) => typeof part === 'string');
  const children = (node.Plans ?? []) as PlanNode[];
  return [`${'  '.repeat(depth)}${place.join(' ')}`, ...children.flatMap((child) => shape(child, depth + 1))];
}

/** 30,000 tracks of a segment each on three cameras, one a second: as many rows as ANALYZE looks at, so plans do not depend on its sample. */
beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(server.url, log);
  for (const id of ['cam_0', 'cam_1', 'cam_2']) {
    await createCamera(db, id, { name: id, url: `rtsp://${id}` });
    await setSourceSize(db, id, { widthPx: 1920, heightPx: 1080 });
  }
  const polygon: [number, number][] = [
    [0, 0],
    [0.1, 0],
    [0.1, 0.1],
  ];
  await createZone(db, { id: 'zon_a', cameraId: 'cam_1', name: 'Corner', polygon });
  await db.rule.create({ data: { id: 'rul_a', kind: 'running', name: 'Running' } });
  await db.$executeRaw`
    INSERT INTO "Track" ("cameraId", "epoch", "trackNo", "startMs", "endMs", "startPtsUs", "endPtsUs", "poses", "meanScore",
      "maxSpeed", "distance", "closed", "postures", "together", "cells")
    SELECT 'cam_' || n % 3, 7, n, ${START_MS} - n * 1000.0, ${START_MS} - n * 1000.0 + 8000 + n % 7 * 100 + CASE WHEN n % 500 = 0 THEN 90000 ELSE 0 END, n, n, 80, 0.5, n % 100 / 30.0, 1, true,
      1 << n % 5, 1 + n % 7, 1::int8 << n % 63 FROM generate_series(1, 30000) AS n`;
  await db.$executeRaw`
    INSERT INTO "TrackSegment" ("cameraId", "epoch", "trackNo", "segmentNo", "startMs", "endMs", "startPtsUs", "endPtsUs", "poses",
      "minX", "minY", "maxX", "maxY", "meanScore", "maxSpeed", "packed", "feet")
    SELECT "cameraId", "epoch", "trackNo", 0, "startMs", "endMs", "startPtsUs", "endPtsUs", 20, 10, 10, 90, 200, 0.5, 1,
      convert_to(repeat('x', 500), 'UTF8'), convert_to(repeat('x', 70), 'UTF8') FROM "Track"`;
  await db.$executeRaw`
    INSERT INTO "SegmentKeyPoses" SELECT "cameraId", "epoch", "trackNo", 0, convert_to(repeat('x', 100), 'UTF8') FROM "Track"`;
  await db.$executeRaw`
    INSERT INTO "Event" ("id", "kind", "ruleId", "cameraId", "epoch", "trackNo", "startMs", "startPtsUs", "measure", "why")
    SELECT 'e' || "trackNo", 'running', 'rul_a', "cameraId", "epoch", "trackNo", "startMs", 0, '{}', 'fast' FROM "Track"
    WHERE "trackNo" % 10 = 0`;
  await db.$executeRaw`VACUUM (ANALYZE)`;
}, 60_000);

afterAll(async () => {
  await db.$disconnect();
  await server.stop();
});

const page = { after: null, limit: 51 };
const quarter = { fromMs: START_MS - 2e7, toMs: START_MS - 2e7 + 900_000 };
const key = (trackNo: number) => ({ cameraId: 'cam_1', epoch: 7, trackNo });

const ofPage = (search: TrackSearch) => async () => pageStatement(await prepareSearch(db, search), page);
const ofCount = (search: TrackSearch) => async () => countStatement(await prepareSearch(db, search));
const ofWays = (search: TrackSearch) => async () => {
  const { place } = await prepareSearch(db, search);
  if (place === null) throw new Error('no place');
  return pathsStatement(
    Array.from({ length: 100 }, (_, at) => key(1 + 3 * at)),
    place,
  );
};

it.each<[string, () => Promise<Prisma.Sql>]>([
  ['newest-tracks', ofPage({})],
  ['one-camera', ofPage({ cameraIds: ['cam_1'] })],
  [
    'a-later-page',
    async () => {
      const prepared = await prepareSearch(db, { cameraIds: ['cam_1'] });
      return pageStatement(prepared, { after: [START_MS - 1e7, 'cam_1', 7, 10_000], limit: 51 });
    },
  ],
  ['a-minute-long-ago', ofPage({ fromMs: quarter.fromMs, toMs: quarter.fromMs + 60_000 })],
  ['by-key', ofPage({ track: { cameraId: 'cam_0', epoch: 1, trackNo: 3 } })],
  ['count-of-a-quarter-of-an-hour', ofCount(quarter)],
  ['postures-in-a-quarter-of-an-hour', ofPage({ ...quarter, postures: ['lying'], minSpeed: 1 })],
  ['count-of-a-camera', ofCount({ cameraIds: ['cam_1'] })],
  ['in-a-zone', ofPage({ zoneId: 'zon_a', ...quarter })],
  ['count-in-a-zone', ofCount({ zoneId: 'zon_a', ...quarter })],
  ['ways-in-a-zone', ofWays({ zoneId: 'zon_a' })],
  ['ways-over-a-line', ofWays({ cameraIds: ['cam_1'], line: [0, 0.5, 1, 0.5] })],
  ['long-stays', ofPage({ minDurationSec: 60 })],
  ['with-an-alert', ofPage({ ...quarter, eventKind: 'running' })],
  ['retention', () => Promise.resolve(batchStatement(START_MS - 29_000_000))],
])('the plan of %s is the one on record, and reads no large table from end to end', async (plan, statement) => {
  const lines = shape(await planOf(await statement()));
  expect(lines.filter((line) => /Seq Scan (Track|TrackSegment|SegmentKeyPoses)$/.test(line))).toEqual([]);
  const text = `${lines.join('\n')}\n`;
  const file = path.join(plansFolder, `${plan}.txt`);
  // Written anew by removing the file, on purpose: a plan that changes is a decision.
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known === null) {
    await mkdir(plansFolder, { recursive: true });
    await writeFile(file, text);
  }
  expect(known).toBe(text);
});

it('every file on record is of a plan that is looked at', async () => {
  const names = (await readdir(plansFolder)).filter((name) => name.endsWith('.txt'));
  expect(names).toHaveLength(15);
});
