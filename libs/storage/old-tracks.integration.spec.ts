import path from 'node:path';
import { pino } from 'pino';
import { seededRandom } from '#base/random.js';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { storedWalk } from '#testing/stored-tracks.js';
import { createCamera, setSourceSize } from './cameras.js';
import { openDatabase, type Database } from './database.js';
import { migrate } from './migrate.js';
import { summariseOldTracks, type OldTracks } from './old-tracks.js';
import { searchTracks } from './track-search.js';
import { writeSegments, writeTracks } from './track-writes.js';
import { createZone } from './zones.js';

const log = pino({ level: 'silent' });
const START_MS = 1_800_000_000_000;
const TRACKS = 45;

let server: TestServer;
let db: Database;

beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(server.url, log);
  await createCamera(db, 'cam_a', { name: 'A', url: 'rtsp://a' });
  await setSourceSize(db, 'cam_a', { widthPx: 1000, heightPx: 500 });
  await createCamera(db, 'cam_dark', { name: 'Without a picture', url: 'rtsp://dark' });
  const polygon: [number, number][] = [
    [0, 0.5],
    [0.2, 0.5],
    [0.2, 1],
    [0, 1],
  ];
  await createZone(db, { id: 'zon_a', cameraId: 'cam_a', name: 'Corner', polygon });
}, 60_000);

afterAll(async () => {
  await db.$disconnect();
  await server.stop();
});

/** Walks of today's version, one of them as long as many segments. */
beforeEach(async () => {
  await db.track.deleteMany();
  const random = seededRandom(3);
  const walks = Array.from({ length: TRACKS }, (_, trackNo) => {
    const place = (): readonly [number, number] => [random() * 1000, 200 + random() * 300];
    const posture = (['standing', 'lying', 'arms-raised'] as const)[trackNo % 3];
    const cameraId = trackNo === 0 ? 'cam_dark' : 'cam_a';
    const seconds = trackNo === 7 ? 250 : 1 + (trackNo % 9);
    const key = { cameraId, epoch: 1, trackNo, startMs: START_MS + trackNo * 1000, seconds };
    return storedWalk(
      { ...key, from: place(), to: place(), heightPx: 90, posture, together: 1 + (trackNo % 4) },
      random,
    );
  });
  await db.$transaction(async (tx) => {
    await writeTracks(
      tx,
      walks.map(({ track }) => track),
    );
    await writeSegments(
      tx,
      walks.flatMap(({ segments }) => segments),
    );
  });
}, 60_000);

/** As a version wrote them that knew nothing of postures, key poses and feet. */
async function age(): Promise<void> {
  await db.segmentKeyPoses.deleteMany();
  await db.trackSegment.updateMany({ data: { postures: 0, feet: null } });
  await db.track.updateMany({ data: { postures: 0, cells: null } });
}

const rows = async (cameraId: string) => ({
  tracks: await db.track.findMany({ where: { cameraId }, orderBy: { trackNo: 'asc' } }),
  segments: await db.trackSegment.findMany({
    where: { cameraId },
    orderBy: [{ trackNo: 'asc' }, { segmentNo: 'asc' }],
  }),
  keyPoses: await db.segmentKeyPoses.findMany({
    where: { cameraId },
    orderBy: [{ trackNo: 'asc' }, { segmentNo: 'asc' }],
  }),
});

const summarise = (): Promise<OldTracks> => summariseOldTracks(db, () => Promise.resolve());
const inCorner = async () =>
  (await searchTracks(db, { zoneId: 'zon_a' }, { limit: 500 })).rows.map(({ trackNo, stays }) => ({ trackNo, stays }));

it('tracks of an older version become as if they were written today, once', async () => {
  const before = await rows('cam_a');
  await age();
  expect(await summarise()).toEqual({ tracks: TRACKS - 1, unreadable: 0 });
  expect(await rows('cam_a')).toEqual(before);
  expect(await summarise()).toEqual({ tracks: 0, unreadable: 0 });
}, 60_000);

it('a search by zone finds them before as well', async () => {
  const found = await inCorner();
  expect(found.length).toBeGreaterThan(3);
  await age();
  expect(await inCorner()).toEqual(found);
}, 60_000);

it('without a picture a track has no cells, and waits for one', async () => {
  await age();
  await summarise();
  expect(await db.track.count({ where: { cells: null } })).toBe(1);
  await setSourceSize(db, 'cam_dark', { widthPx: 640, heightPx: 480 });
  expect(await summarise()).toEqual({ tracks: 1, unreadable: 0 });
  await db.camera.update({ where: { id: 'cam_dark' }, data: { sourceWidthPx: null, sourceHeightPx: null } });
}, 60_000);

it('a damaged segment does not keep the others from it', async () => {
  const before = await rows('cam_a');
  await age();
  const key = { cameraId: 'cam_a', epoch: 1, trackNo: 7, segmentNo: 3 };
  await db.trackSegment.update({
    where: { cameraId_epoch_trackNo_segmentNo: key },
    data: { packed: Uint8Array.of(1, 2, 3) },
  });
  expect(await summarise()).toEqual({ tracks: TRACKS - 1, unreadable: 1 });
  const after = await rows('cam_a');
  expect(after.keyPoses.filter((row) => row.trackNo !== 7 || row.segmentNo !== 3)).toEqual(
    before.keyPoses.filter((row) => row.trackNo !== 7 || row.segmentNo !== 3),
  );
  expect(await summarise()).toEqual({ tracks: 0, unreadable: 0 });
}, 60_000);

it('a track that is being written is passed over, not waited for, and done the next time', async () => {
  const before = await rows('cam_a');
  await age();
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`UPDATE "Track" SET "poses" = "poses" WHERE "trackNo" = 5`;
    expect((await summarise()).tracks).toBe(TRACKS - 2);
  });
  expect((await summarise()).tracks).toBe(1);
  expect(await rows('cam_a')).toEqual(before);
}, 60_000);
