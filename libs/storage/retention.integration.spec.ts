import path from 'node:path';
import { pino } from 'pino';
import { seededRandom } from '#base/random.js';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { storedWalk } from '#testing/stored-tracks.js';
import { createCamera } from './cameras.js';
import { openDatabase, type Database } from './database.js';
import { migrate } from './migrate.js';
import { sweepTracks, type TrackLimits } from './retention.js';
import { writeSegments, writeTracks } from './track-writes.js';
import { createVideo } from './videos.js';

const log = pino({ level: 'silent' });
const HOUR_MS = 3_600_000;

let server: TestServer;
let db: Database;

beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(server.url, log);
  await createCamera(db, 'cam_a', { name: 'A', url: 'rtsp://a' });
  await createVideo(db, { id: 'vid_a', fileName: 'a.mp4', path: 'a.mp4', bytes: 1 });
}, 60_000);

afterAll(async () => {
  await db.$disconnect();
  await server.stop();
});

/** 250 tracks of the camera, one an hour, and one of the video that is older than all. */
beforeEach(async () => {
  await db.track.deleteMany();
  const random = seededRandom(9);
  const common = { epoch: 1, seconds: 3, from: [9, 300], to: [90, 300], heightPx: 80, together: 1 } as const;
  const posture = 'standing' as const;
  const walks = Array.from({ length: 250 }, (_, i) =>
    storedWalk({ ...common, posture, cameraId: 'cam_a', trackNo: i, startMs: (i + 1) * HOUR_MS }, random),
  );
  walks.push(storedWalk({ ...common, posture: 'lying', cameraId: 'vid_a', trackNo: 0, startMs: 0 }, random));
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
});

const kept = async (): Promise<number[]> =>
  (await db.track.findMany({ where: { cameraId: 'cam_a' }, orderBy: { trackNo: 'asc' } })).map(
    ({ trackNo }) => trackNo,
  );

async function sweep(limits: TrackLimits): Promise<{ swept: number; pauses: number }> {
  let pauses = 0;
  const swept = await sweepTracks(db, limits, () => {
    pauses++;
    return Promise.resolve();
  });
  return { swept, pauses };
}

it('what is older than the limit goes, a batch at a time, and uploads stay', async () => {
  expect(await sweep({ keepFromMs: 221 * HOUR_MS, maxBytes: null })).toEqual({ swept: 220, pauses: 3 });
  expect(await kept()).toEqual(Array.from({ length: 30 }, (_, i) => 220 + i));
  expect(await db.track.count({ where: { cameraId: 'vid_a' } })).toBe(1);
  expect(await db.trackSegment.count()).toBe(31 * 2);
  expect(await db.segmentKeyPoses.count()).toBe(31 * 2);
});

it('past the limit of bytes the oldest go until the rest fits', async () => {
  const { swept } = await sweep({ keepFromMs: null, maxBytes: 120_000 });
  expect(swept).toBeGreaterThan(0);
  const left = await kept();
  expect(left.length).toBeGreaterThan(0);
  expect(left).toEqual(Array.from({ length: left.length }, (_, i) => 250 - left.length + i));
  expect(await sweep({ keepFromMs: null, maxBytes: 120_000 })).toEqual({ swept: 0, pauses: 0 });
});

it('without limits nothing goes, and open tracks never do', async () => {
  expect((await sweep({ keepFromMs: null, maxBytes: null })).swept).toBe(0);
  await db.track.updateMany({ where: { trackNo: 3 }, data: { closed: false } });
  await sweep({ keepFromMs: 1000 * HOUR_MS, maxBytes: 0 });
  expect(await kept()).toEqual([3]);
});

it('a track that is being written is passed over, not waited for', async () => {
  await db.$transaction(async (tx) => {
    await tx.$executeRaw`UPDATE "Track" SET "poses" = 1 WHERE "trackNo" = 5`;
    await sweep({ keepFromMs: 1000 * HOUR_MS, maxBytes: null });
    expect(await kept()).toEqual([5]);
  });
});
