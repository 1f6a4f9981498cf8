import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { createCamera } from '#storage/cameras.js';
import { openDatabase } from '#storage/database.js';
import { migrate } from '#storage/migrate.js';
import { startPostgres, startRedis, type TestServer } from '#testing/servers.js';
import { runCommandLine } from '../internal/command-line.js';
import { db } from './db.js';

const log = pino({ level: 'silent' });

let servers: readonly [from: TestServer, to: TestServer, redis: TestServer];
let folder: string;

beforeAll(async () => {
  servers = await Promise.all([startPostgres(), startPostgres(), startRedis()]);
  folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-db-'));
  for (const { url } of servers.slice(0, 2)) await migrate(url, path.resolve('prisma/migrations'), log);
  const database = await openDatabase(servers[0].url, log);
  await createCamera(database, 'cam_a', { name: 'A', url: 'rtsp://a' });
  await database.$disconnect();
}, 60_000);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await rm(folder, { recursive: true });
});

async function run(on: 0 | 1, ...args: string[]): Promise<{ code: number; out: string; told: string }> {
  const lines: { out: string[]; told: string[] } = { out: [], told: [] };
  const code = await runCommandLine(
    ['db', ...args],
    { db: () => Promise.resolve(db) },
    {
      out: (line) => lines.out.push(line),
      progress: (line) => lines.told.push(line),
      environment: { DATABASE_URL: servers[on].url, REDIS_URL: servers[2].url, POSEWATCH_DATA_DIR: folder },
      signal: new AbortController().signal,
    },
  );
  return { code, out: lines.out.join('\n'), told: lines.told.join('\n') };
}

it('a system is backed up and restored into a new one, once', async () => {
  const file = path.join(folder, 'all.backup');
  expect(JSON.parse((await run(0, 'backup', file, '--json')).out)).toMatchObject({ file, tables: { Camera: 1 } });
  expect(await run(1, 'restore', file)).toMatchObject({ code: 0, out: expect.stringContaining('rows of') as string });
  const again = await run(1, 'restore', file);
  expect(again).toMatchObject({ code: 1, told: expect.stringContaining('rows in Camera') as string });
});

it('sizes are told to programs and people', async () => {
  const { tables } = JSON.parse((await run(0, 'size', '--json')).out) as { tables: { name: string }[] };
  expect(tables.map(({ name }) => name)).toContain('TrackSegment');
  expect((await run(0, 'size')).out).toMatch(/MiB {2}all$/);
  expect(await run(0, 'vacuum')).toMatchObject({ code: 0, out: expect.stringContaining('before') as string });
});

it.each<[string[], string]>([
  [[], '"db " is not known; use size, vacuum, backup, restore'],
  [['backup'], 'FILE is missing'],
  [['size', 'a', 'b'], 'one operand too many'],
])('wrong usage %j says what is wrong', async (args, expected) => {
  const { code, told } = await run(0, ...args);
  expect([code, told]).toEqual([2, expect.stringContaining(expected)]);
});
