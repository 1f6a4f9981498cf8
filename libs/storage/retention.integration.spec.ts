import path from 'node:path';
import { pino } from 'pino';
import { seededRandom } from '#base/random.js';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { storedWalk } from '#testing/stored-tracks.js';
import { createCamera } from './cameras.js';
import { openDatabase, type Database } from './database.js';
import { migrate } from './migrate.js';
import { SWEPT_AT_ONCE, sweepTracks, type TrackLimits } from './retention.js';
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

const random = seededRandom(9);
const common = { epoch: 1, seconds: 3, from: [9, 300], to: [90, 300], heightPx: 80, together: 1 } as const;

/** 250 tracks of the camera, one an hour, and one of the video that is older than all. */
const walks = [
  ...Array.from({ length: 250 }, (_, i) =>
    storedWalk({ ...common, posture: 'standing', cameraId: 'cam_a', trackNo: i, startMs: (i + 1) * HOUR_MS }, random),
  ),
  storedWalk({ ...common, posture: 'lying', cameraId: 'vid_a', trackNo: 0, startMs: 0 }, random),
];

beforeEach(async () => {
  await db.track.deleteMany();
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

it('whoever writes goes on while thousands of tracks go, and keeps all they wrote', async () => {
  await createCamera(db, 'cam_b', { name: 'B', url: 'rtsp://b' });
  const copies = 20;
  await db.$executeRaw`
    INSERT INTO "Track" SELECT (jsonb_populate_record(t, jsonb_build_object('trackNo', t."trackNo" + n * 1000))).*
    FROM "Track" t, generate_series(1, ${copies}::int) AS n WHERE t."cameraId" = 'cam_a'`;
  await db.$executeRaw`
    INSERT INTO "TrackSegment" SELECT (jsonb_populate_record(s, jsonb_build_object('trackNo', s."trackNo" + n * 1000))).*
    FROM "TrackSegment" s, generate_series(1, ${copies}::int) AS n WHERE s."cameraId" = 'cam_a'`;
  const done = new AbortController();
  // An open track of the camera that is swept, and new ones of another, a transaction each as the tracker writes them.
  const write = async (): Promise<number> => {
    let trackNo = 0;
    for (; !done.signal.aborted || trackNo < 20; trackNo++) {
      const open = storedWalk(
        { ...common, posture: 'standing', cameraId: 'cam_a', trackNo: 100_000, startMs: 1 },
        random,
      );
      const other = storedWalk(
        { ...common, posture: 'standing', cameraId: 'cam_b', trackNo, startMs: 1e9 * HOUR_MS },
        random,
      );
      await db.$transaction(async (tx) => {
        await writeTracks(tx, [{ ...open.track, closed: false }, other.track]);
        await writeSegments(tx, [...open.segments, ...other.segments]);
      });
    }
    return trackNo;
  };
  const writing = write();
  const pauses: number[] = [];
  const swept = await sweepTracks(db, { keepFromMs: 1000 * HOUR_MS, maxBytes: null }, async () => {
    pauses.push(await db.track.count({ where: { cameraId: 'cam_a' } }));
  });
  done.abort();
  const written = await writing;
  expect(swept).toBe(250 * (copies + 1));
  const steps = pauses.map((left, at) => (at === 0 ? swept : pauses[at - 1]) - left);
  expect(Math.max(...steps)).toBeLessThanOrEqual(SWEPT_AT_ONCE + 1); // the writer's own may come in between
  expect(await kept()).toEqual([100_000]);
  expect(await db.track.count({ where: { cameraId: 'cam_b' } })).toBe(written);
  expect(await db.trackSegment.count({ where: { cameraId: 'cam_b' } })).toBe(2 * written);
}, 120_000);

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
