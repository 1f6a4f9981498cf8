import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { createCamera } from './cameras.js';
import { openDatabase, type Database } from './database.js';
import { migrate } from './migrate.js';
import { prepareSearch } from './track-conditions.js';
import type { TrackSearch } from './track-filter.js';
import { pageStatement } from './track-search.js';

const log = pino({ level: 'silent' });
const START_MS = 1_800_000_000_000;

let server: TestServer;
let db: Database;

const plansFolder = path.resolve('test/fixtures/query-plans');

/** Node types, indexes and conditions; no costs, and no order of what does not matter. */
function shape(node: Record<string, unknown>, depth = 0): string[] {
  const place = ['Node Type', 'Index Name', 'Relation Name']
    .map((field) => node[field])
    .filter((part) => typeof part === 'string');
  const children = (node.Plans ?? []) as Record<string, unknown>[];
  return [`${'  '.repeat(depth)}${place.join(' ')}`, ...children.flatMap((child) => shape(child, depth + 1))];
}

beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(server.url, log);
  for (const id of ['cam_0', 'cam_1', 'cam_2']) await createCamera(db, id, { name: id, url: `rtsp://${id}` });
  // Enough rows that the planner prefers an index.

  await db.$executeRaw`
      INSERT INTO "Track" ("cameraId", "epoch", "trackNo", "startMs", "endMs", "startPtsUs", "endPtsUs", "poses", "meanScore",
        "maxSpeed", "distance", "closed")
      SELECT 'cam_' || n % 3, 7, n, ${START_MS} - n * 1000.0, ${START_MS} - n * 1000.0 + 8000, n, n, 80, 0.5, 1, 1, true
      FROM generate_series(1, 30000) AS n`;

  await db.$executeRaw`ANALYZE`;
}, 60_000);

afterAll(async () => {
  await db.$disconnect();
  await server.stop();
});

it.each<[string, TrackSearch]>([
  ['newest-tracks', {}],
  ['one-camera', { cameraIds: ['cam_1'] }],
  ['a-minute-long-ago', { fromMs: START_MS - 2e7, toMs: START_MS - 2e7 + 60_000 }],
  ['by-key', { track: { cameraId: 'cam_0', epoch: 1, trackNo: 3 } }],
])('of %s is the one on record', async (plan, search) => {
  const statement = pageStatement(await prepareSearch(db, search), { after: null, limit: 51 });
  const [row] = await db.$queryRawUnsafe<[{ 'QUERY PLAN': [{ Plan: Record<string, unknown> }] }]>(
    `EXPLAIN (FORMAT JSON, COSTS OFF) ${statement.text}`,
    ...statement.values,
  );
  const text = `${shape(row['QUERY PLAN'][0].Plan).join('\n')}\n`;
  const file = path.join(plansFolder, `${plan}.txt`);
  // Written anew by removing the file, on purpose: a plan that changes is a decision.
  const known = await readFile(file, 'utf8').catch(() => null);
  if (known === null) {
    await mkdir(plansFolder, { recursive: true });
    await writeFile(file, text);
  }
  expect(known).toBe(text);
});
