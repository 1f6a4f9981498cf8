import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { seededRandom } from '#base/random.js';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { storedWalk } from '#testing/stored-tracks.js';
import { writeBackup } from './backup.js';
import { createCamera, setSourceSize } from './cameras.js';
import { databaseSize, vacuum } from './database-size.js';
import { openDatabase, type Database } from './database.js';
import { migrate } from './migrate.js';
import { exampleAt, searchPoses } from './pose-search.js';
import { restoreBackup, type RestoreProgress } from './restore.js';
import { trackDensity } from './track-density.js';
import { searchTracks } from './track-search.js';
import { writeSegments, writeTracks } from './track-writes.js';
import { createVideo } from './videos.js';
import { createZone } from './zones.js';

const log = pino({ level: 'silent' });
const START_MS = 1_800_000_000_000;

let server: TestServer;
let db: Database;
let folder: string;
let file: string;
let copies = 0;

/** An empty database of the newest version on the same server. */
async function emptyDatabase(): Promise<Database> {
  const name = `copy_${++copies}`;
  await db.$executeRawUnsafe(`CREATE DATABASE ${name}`);
  const url = server.url.replace(/\/posewatch$/, `/${name}`);
  await migrate(url, path.resolve('prisma/migrations'), log);
  return openDatabase(url, log);
}

const options = () => ({ nowMs: START_MS, signal: new AbortController().signal });

beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(server.url, log);
  folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-backup-'));
  file = path.join(folder, 'all.backup');
  await createCamera(db, 'cam_a', { name: 'Ön "the" \\ door\n1', url: 'rtsp://a' });
  await setSourceSize(db, 'cam_a', { widthPx: 640, heightPx: 480 });
  await createVideo(db, { id: 'vid_a', fileName: 'a.mp4', path: 'uploads/a.mp4', bytes: 9_007_199_254_740_991 });
  await createZone(db, {
    id: 'zon_a',
    cameraId: 'cam_a',
    name: 'All',
    polygon: [
      [0, 0],
      [1, 0],
      [1, 1],
    ],
  });
  await db.user.create({ data: { id: 'usr_a', name: 'anna', passwordHash: 'h' } });
  await db.rule.create({ data: { id: 'rul_a', kind: 'running', name: 'Run', params: { speed: 0.1 } } });
  const random = seededRandom(5);
  const place = { from: [100, 400], to: [500, 400], heightPx: 123.456, together: 2 } as const;
  for (let trackNo = 1; trackNo <= 30; trackNo++) {
    const posture = trackNo % 2 === 0 ? 'lying' : 'arms-raised';
    const walk = {
      cameraId: 'cam_a',
      epoch: 1,
      trackNo,
      startMs: START_MS + trackNo / 3,
      seconds: 5,
      posture,
    } as const;
    const { track, segments } = storedWalk({ ...walk, ...place }, random);
    await writeTracks(db, [track]);
    await writeSegments(db, segments);
  }
  await writeBackup(db, file, options());
}, 60_000);

afterAll(async () => {
  await db.$disconnect();
  await server.stop();
  await rm(folder, { recursive: true });
});

/** What people ask, and every row. */
async function answers(of: Database) {
  const example = await exampleAt(of, { cameraId: 'cam_a', epoch: 1, trackNo: 3, ptsUs: START_MS * 1000 + 1_500_000 });
  return {
    tracks: await searchTracks(of, { zoneId: 'zon_a', postures: ['lying'] }, { limit: 20 }),
    density: await trackDensity(of, {}, 7),
    similar: await searchPoses(of, { example, search: {}, limit: 10 }),
    rows: await Promise.all([
      of.user.findMany(),
      of.camera.findMany({ orderBy: { id: 'asc' } }),
      of.video.findMany(),
      of.zone.findMany(),
      of.rule.findMany(),
      of.track.findMany({ orderBy: { trackNo: 'asc' } }),
      of.trackSegment.findMany({ orderBy: [{ trackNo: 'asc' }, { segmentNo: 'asc' }] }),
      of.segmentKeyPoses.findMany({ orderBy: [{ trackNo: 'asc' }, { segmentNo: 'asc' }] }),
    ]),
  };
}

it('a restored backup gives the same answers', async () => {
  const copy = await emptyDatabase();
  await copy.user.create({ data: { id: 'usr_first', name: 'admin', passwordHash: 'x' } });
  const seen: RestoreProgress[] = [];
  const { tables } = await restoreBackup(copy, file, (progress) => seen.push(progress));
  const all = Object.values(tables).reduce((sum, rows) => sum + rows, 0);
  for (const phase of ['checked', 'stored'] as const)
    expect(seen.filter((each) => each.phase === phase).at(-1)?.rows).toBe(all);
  expect(tables).toMatchObject({ Camera: 2, Track: 30, TrackSegment: 90, User: 1, Event: 0 });
  expect(await answers(copy)).toEqual(await answers(db));
  await copy.$disconnect();
}, 60_000);

it('a backup is of one moment, whatever is written meanwhile', async () => {
  const done = new AbortController();
  const writing = (async () => {
    for (let no = 1000; !done.signal.aborted; no++) {
      const place = { from: [100, 400], to: [500, 400], heightPx: 100, together: 1, posture: 'standing' } as const;
      const walk = { cameraId: 'cam_a', epoch: 2, trackNo: no, startMs: START_MS, seconds: 1, ...place } as const;
      const { track, segments } = storedWalk(walk, seededRandom(no));
      await db.$transaction(async (tx) => {
        await writeTracks(tx, [track]);
        await writeSegments(tx, segments);
      });
    }
  })();
  const live = path.join(folder, 'live.backup');
  const { tables } = await writeBackup(db, live, options());
  done.abort();
  await writing;
  await db.track.deleteMany({ where: { epoch: 2 } });
  const copy = await emptyDatabase();
  await restoreBackup(copy, live);
  expect(await copy.track.count()).toBe(tables.Track);
  const without = await copy.track.count({ where: { segments: { none: {} } } });
  expect(without).toBe(0);
  await copy.$disconnect();
});

describe('nothing is restored', () => {
  const text = async (): Promise<string> => gunzipSync(await readFile(file)).toString();

  it.each<[string, () => Promise<Uint8Array>, string]>([
    ['cut off', async () => (await readFile(file)).subarray(0, 3000), 'data-loss'],
    ['cut off at a line', async () => gzipSync((await text()).split('\n').slice(0, -2).join('\n')), 'data-loss'],
    ['changed in a row', async () => gzipSync((await text()).replace('"anna"', '"anne"')), 'data-loss'],
    ['without a row', async () => gzipSync((await text()).replace(/^\{"id":"usr_a".*\n/m, '')), 'data-loss'],
    ['continued', async () => gzipSync(`${await text()}{}\n`), 'data-loss'],
    ['of a later format', async () => gzipSync((await text()).replace('"version":1', '"version":2')), 'data-loss'],
    [
      'of a later schema',
      async () => gzipSync((await text()).replace('"columns":["id",', '"columns":["id","aura",')),
      'conflict',
    ],
    ['not a backup', () => Promise.resolve(Buffer.from('hello')), 'data-loss'],
  ])('from a file that is %s', async (name, content, kind) => {
    const copy = await emptyDatabase();
    const broken = path.join(folder, 'broken');
    await writeFile(broken, await content());
    await copy.user.create({ data: { id: 'usr_first', name: 'admin', passwordHash: 'x' } });
    await expect(restoreBackup(copy, broken)).rejects.toMatchObject({ kind });
    expect([await copy.user.count(), await copy.camera.count(), name]).toEqual([1, 0, name]);
    await copy.$disconnect();
  });

  it('from a file that is not there', async () => {
    await expect(restoreBackup(db, path.join(folder, 'nowhere'))).rejects.toMatchObject({ kind: 'data-loss' });
  });

  it('into a database that holds a camera', async () => {
    const copy = await emptyDatabase();
    await createCamera(copy, 'cam_mine', { name: 'Mine', url: 'rtsp://mine' });
    await expect(restoreBackup(copy, file)).rejects.toMatchObject({ kind: 'conflict' });
    expect((await copy.camera.findMany()).map(({ id }) => id)).toEqual(['cam_mine']);
    await copy.$disconnect();
  });
});

it.each([
  ['a folder that is not there', () => ({ ...options(), file: path.join(folder, 'no', 'x') }), 'unavailable'],
  [
    'somebody who gives up',
    () => ({ nowMs: 0, signal: AbortSignal.abort(), file: path.join(folder, 'given-up') }),
    'cancelled',
  ],
])('a backup leaves no file with %s', async (_, given, kind) => {
  const { file: target, ...rest } = given();
  await expect(writeBackup(db, target, rest)).rejects.toMatchObject({ kind });
  const names = await readdir(folder);
  expect(names.filter((name) => name.endsWith('.part') || name === 'given-up')).toEqual([]);
});

it('sizes name every table, and vacuum goes through them all', async () => {
  await vacuum(db);
  const { bytes, tables } = await databaseSize(db);
  expect(tables.find(({ name }) => name === 'TrackSegment')).toMatchObject({ rows: 90 });
  expect(tables.reduce((sum, table) => sum + table.bytes, 0)).toBeLessThan(bytes);
});
