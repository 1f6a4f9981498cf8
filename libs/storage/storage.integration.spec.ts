import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { startPostgres, waitUntil, type TestServer } from '#testing/servers.js';
import {
  cameraById,
  createCamera,
  listCameras,
  nextEpoch,
  removeCamera,
  restoreCamera,
  setSourceSize,
  sweepRemovedCameras,
  updateCamera,
} from './cameras.js';
import { readCheckpoint, saveStep, type StepWrites } from './checkpoints.js';
import { openDatabase, type Database } from './database.js';
import type { EventRow } from './event-writes.js';
import { footPathOf, packFootPath } from './foot-path.js';
import { migrate } from './migrate.js';
import { decodeSegment, encodeSegment } from './segment-codec.js';
import type { SegmentRow, TrackRow } from './track-writes.js';
import { createVideo, listVideos, setVideoFacts, setVideoStatus, unfinishedVideos, videoById } from './videos.js';

const log = pino({ level: 'silent' });
const folder = path.resolve('prisma/migrations');

let server: TestServer;
let db: Database;

beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url, folder, log);
  db = await openDatabase(server.url, log);
}, 60_000);

afterAll(async () => {
  await db.$disconnect();
  await server.stop();
});

const track: TrackRow = {
  cameraId: 'cam_t',
  epoch: 1,
  trackNo: 1,
  startMs: 1000.5,
  endMs: 2000.25,
  startPtsUs: 5_000_000_000,
  endPtsUs: 5_002_000_000,
  poses: 20,
  meanScore: 0.75,
  maxSpeed: 1.5,
  distance: 2.5,
  closed: false,
};
const segment: SegmentRow = {
  cameraId: 'cam_t',
  epoch: 1,
  trackNo: 1,
  segmentNo: 0,
  startMs: 1000.5,
  endMs: 2000.25,
  startPtsUs: 5_000_000_000,
  endPtsUs: 5_002_000_000,
  poses: 20,
  minX: 1,
  minY: 2,
  maxX: 3,
  maxY: 4,
  meanScore: 0.75,
  maxSpeed: 1.5,
  together: 2,
  packed: encodeSegment(
    [{ ptsUs: 5_000_000_000, box: [1, 2, 3, 4], score: 0.75, keypoints: new Array<number>(51).fill(0.5) }],
    0.5,
  ),
};
const event: EventRow = {
  id: 'rul_t-cam_t-1-1-3',
  kind: 'intrusion',
  ruleId: 'rul_t',
  zoneId: null,
  cameraId: 'cam_t',
  epoch: 1,
  trackNo: 1,
  startMs: 1300,
  endMs: null,
  startPtsUs: 5_000_300_000,
  measure: { name: 'dwell', value: 1.2, limit: 1, unit: 's' },
  why: `It's "here" \\ {1,2}`,
  snapshotPath: 'snapshots/a.jpg',
};

function step(version: number, more: Partial<StepWrites> = {}): StepWrites {
  return {
    checkpoint: { cameraId: 'cam_t', epoch: 1, nextSeq: version + 1, version, state: Uint8Array.from([version]) },
    tracks: [],
    segments: [],
    started: [],
    ended: [],
    video: null,
    ...more,
  };
}

describe('migrations', () => {
  it('make the very tables and columns of the schema', async () => {
    const types: Record<string, string> = {
      String: 'text',
      DateTime: 'timestamp without time zone',
      Float: 'double precision',
      Int: 'integer',
      BigInt: 'bigint',
      Json: 'jsonb',
      Bytes: 'bytea',
      Boolean: 'boolean',
    };
    const schema = await readFile('prisma/schema.prisma', 'utf8');
    const expected = [...schema.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)].flatMap(([, model, body]) =>
      [...body.matchAll(/^ {2}(\w+) +(\w+)(\?|\[\])?(.*)$/gm)]
        .filter(([, , type]) => type in types)
        .map(([, name, type, mark, rest]) => {
          const byDefault = rest.split('//')[0].includes('@default') ? ' default' : '';
          return `${model}.${name} ${types[type]}${mark === '?' ? '?' : ''}${byDefault}`;
        }),
    );
    const columns = await db.$queryRaw<{ text: string }[]>`
      SELECT table_name || '.' || column_name || ' ' || data_type || CASE is_nullable WHEN 'YES' THEN '?' ELSE '' END
        || CASE WHEN column_default IS NULL THEN '' ELSE ' default' END AS text
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> '_prisma_migrations'`;
    expect(expected.length).toBeGreaterThan(80);
    expect(columns.map((column) => column.text).sort()).toEqual(expected.sort());
  });

  it('answer a query of every model', async () => {
    const counts = await Promise.all([
      db.user.count(),
      db.session.count(),
      db.camera.findMany({ include: { video: true, zones: true, checkpoint: true, rules: true } }),
      db.rule.findMany({ include: { zone: true, events: true } }),
      db.track.findMany({ include: { segments: true } }),
      db.trackSegment.count(),
      db.event.count(),
    ]);
    expect(counts).toHaveLength(7);
  });

  it('apply once, one after the other, and only unchanged', async () => {
    expect(await migrate(server.url, folder, log)).toEqual([]);
    const records = await db.$queryRaw<{ steps: number }[]>`
      SELECT applied_steps_count AS steps FROM "_prisma_migrations" WHERE length(checksum) = 64 AND finished_at IS NOT NULL`;
    const known = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isDirectory());
    expect(records).toEqual(known.map(() => ({ steps: 1 })));
    const copy = await mkdtemp(path.join(os.tmpdir(), 'posewatch-migrations-'));
    await cp(folder, copy, { recursive: true });
    await cp(path.join(copy, '20261121000000_init'), path.join(copy, '99990101000000_next'), { recursive: true });
    await writeFile(path.join(copy, '99990101000000_next', 'migration.sql'), 'CREATE TABLE "Probe" (); SELECT 1 / 0;');
    await expect(migrate(server.url, copy, log)).rejects.toThrow('division by zero');
    await writeFile(path.join(copy, '99990101000000_next', 'migration.sql'), 'CREATE TABLE "Probe" ();');
    const both = await Promise.all([migrate(server.url, copy, log), migrate(server.url, copy, log)]);
    expect(both.flat()).toEqual(['99990101000000_next']);
    await db.$executeRaw`DROP TABLE "Probe"`;
    await writeFile(path.join(copy, '20261121000000_init', 'migration.sql'), 'SELECT 1;');
    await expect(migrate(server.url, copy, log)).rejects.toMatchObject({ kind: 'conflict' });
    await rm(copy, { recursive: true });
  });

  it('of a database with rows leave the planner with what it needs to know', async () => {
    await db.$executeRaw`CREATE DATABASE "older"`;
    const url = server.url.replace(/\/posewatch$/, '/older');
    const copy = await mkdtemp(path.join(os.tmpdir(), 'posewatch-migrations-'));
    await cp(folder, copy, { recursive: true });
    await rm(path.join(copy, '20261121190000_track_duration'), { recursive: true });
    await migrate(url, copy, log);
    const older = await openDatabase(url, log);
    await createCamera(older, 'cam_old', { name: 'Old', url: 'rtsp://old' });
    await older.$executeRaw`
      INSERT INTO "Track" ("cameraId", "epoch", "trackNo", "startMs", "endMs", "startPtsUs", "endPtsUs", "poses", "meanScore", "maxSpeed", "distance")
      SELECT 'cam_old', 1, n, n, n + 10, 0, 0, 1, 1, 1, 1 FROM generate_series(1, 100) AS n`;
    expect(await migrate(url, folder, log)).toEqual(['20261121190000_track_duration']);
    const known = await older.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM pg_stats WHERE tablename = 'Track_duration_idx'`;
    expect(known).toEqual([{ n: 1 }]);
    await older.$disconnect();
    await rm(copy, { recursive: true });
  }, 30_000);
});

describe('cameras', () => {
  it('are made, changed, removed, brought back and swept', async () => {
    const a = await createCamera(db, 'cam_a', { name: 'Door', url: 'rtsp://a/1' });
    const b = await createCamera(db, 'cam_b', { name: 'Yard', url: 'rtsp://b/1', fps: 0, privacy: 'pose-only' });
    expect([a.position, b.position, b.fps, b.privacy, a.enabled]).toEqual([0, 1, 0, 'pose-only', true]);
    await updateCamera(db, 'cam_a', { position: 5, enabled: false });
    expect((await listCameras(db)).map((camera) => camera.id)).toEqual(['cam_b', 'cam_a']);
    await removeCamera(db, 'cam_a', new Date(1000));
    expect(await cameraById(db, 'cam_a')).toBeNull();
    await expect(updateCamera(db, 'cam_a', { name: 'x' })).rejects.toMatchObject({ kind: 'not-found' });
    await restoreCamera(db, 'cam_a');
    expect((await cameraById(db, 'cam_a'))?.name).toBe('Door');
    await removeCamera(db, 'cam_a', new Date(1000));
    expect(await sweepRemovedCameras(db, new Date(1000))).toEqual([]);
    expect(await sweepRemovedCameras(db, new Date(1001))).toEqual(['cam_a']);
    await expect(restoreCamera(db, 'cam_a')).rejects.toMatchObject({ kind: 'not-found' });
    await setSourceSize(db, 'cam_b', { widthPx: 1920, heightPx: 1080 });
    expect(await cameraById(db, 'cam_b')).toMatchObject({ sourceWidthPx: 1920, sourceHeightPx: 1080 });
  });

  it('never give the same epoch twice', async () => {
    const epochs = await Promise.all(Array.from({ length: 20 }, () => nextEpoch(db, 'cam_b')));
    expect(epochs.sort((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    await expect(nextEpoch(db, 'cam_none')).rejects.toMatchObject({ kind: 'not-found' });
  });
});

describe('videos', () => {
  it('go from queued to an end that nothing changes any more', async () => {
    const made = await createVideo(db, { id: 'vid_a', fileName: 'a.mp4', path: '/x/a.mp4', bytes: 5e9 });
    expect(made).toMatchObject({
      status: 'queued',
      bytes: 5_000_000_000n,
      camera: { kind: 'video', name: 'a.mp4', epoch: 0 },
    });
    await createVideo(db, { id: 'vid_b', fileName: 'b.png', path: '/x/b.png', bytes: 5, fps: 0 });
    const at = new Date(5000);
    expect(await setVideoStatus(db, 'vid_a', { status: 'analysing', at })).toBe(true);
    await setVideoFacts(db, 'vid_a', { durationUs: 3_000_000_000, frameCount: 7, codec: 'h264' });
    expect((await unfinishedVideos(db)).map((video) => video.cameraId)).toEqual(['vid_a', 'vid_b']);
    expect(await setVideoStatus(db, 'vid_a', { status: 'cancelled', at })).toBe(true);
    expect(await setVideoStatus(db, 'vid_a', { status: 'done', at })).toBe(false);
    expect(await videoById(db, 'vid_a')).toMatchObject({
      status: 'cancelled',
      finishedAt: at,
      durationUs: 3_000_000_000n,
      frameCount: 7,
    });
    expect((await unfinishedVideos(db)).map((video) => video.cameraId)).toEqual(['vid_b']);
    await removeCamera(db, 'vid_b', new Date(1000));
    expect((await listVideos(db)).map((video) => video.cameraId)).toEqual(['vid_a']);
    expect(await cameraById(db, 'vid_b')).toBeNull();
  });
});

describe('a step', () => {
  beforeAll(async () => {
    await createCamera(db, 'cam_t', { name: 'T', url: 'rtsp://t' });
    await db.rule.create({ data: { id: 'rul_t', kind: 'intrusion', name: 'No entry' } });
  });

  it('is stored as a whole, reads back as it was, and can be repeated by the holder of the next version', async () => {
    expect(await readCheckpoint(db, 'cam_t')).toBeNull();
    const orphan = { ...event, id: 'gone', ruleId: 'rul_gone' };
    const writes = { tracks: [track], segments: [segment], started: [event, orphan] };
    expect(await saveStep(db, step(0, writes))).toBe(1);
    expect(await readCheckpoint(db, 'cam_t')).toEqual({
      cameraId: 'cam_t',
      epoch: 1,
      nextSeq: 1,
      version: 1,
      state: Uint8Array.from([0]),
    });
    const numbers = { startPtsUs: 5_000_000_000n, endPtsUs: 5_002_000_000n };
    expect(await db.track.findMany({ where: { cameraId: 'cam_t' } })).toEqual([
      { ...track, ...numbers, postures: 0, together: 2, cells: null }, // its camera never showed a picture
    ]);
    expect(await db.trackSegment.findMany({ where: { cameraId: 'cam_t' } })).toEqual([
      { ...segment, ...numbers, postures: 0, feet: packFootPath(footPathOf(decodeSegment(segment.packed), 0.2)) },
    ]);
    expect(await db.segmentKeyPoses.count()).toBe(1);
    expect(await db.event.findMany()).toEqual([
      { ...event, startPtsUs: 5_000_300_000n, acknowledgedAt: null, acknowledgedBy: null },
    ]);
    await db.event.updateMany({ data: { acknowledgedBy: 'usr_a' } });
    const end = { id: event.id, endMs: 2000, why: 'over', measure: { ...event.measure, value: 9 } };
    expect(await saveStep(db, step(1, { ...writes, tracks: [{ ...track, closed: true }], ended: [end] }))).toBe(2);
    expect(await db.track.count()).toBe(1);
    expect(await db.event.findMany()).toMatchObject([
      { endMs: 2000, why: 'over', measure: { value: 9 }, acknowledgedBy: 'usr_a', snapshotPath: 'snapshots/a.jpg' },
    ]);
  });

  it('of a stale writer is refused and leaves nothing behind', async () => {
    const stale = { ...track, trackNo: 2 };
    for (const version of [0, 1, 3])
      await expect(saveStep(db, step(version, { tracks: [stale] }))).rejects.toMatchObject({ kind: 'conflict' });
    await expect(saveStep(db, step(1))).rejects.toMatchObject({ kind: 'conflict' });
    expect(await db.track.count({ where: { trackNo: 2 } })).toBe(0);
    expect((await readCheckpoint(db, 'cam_t'))?.version).toBe(2);
    const racers = await Promise.allSettled(Array.from({ length: 8 }, () => saveStep(db, step(2))));
    expect(racers.filter((racer) => racer.status === 'fulfilled')).toHaveLength(1);
  });

  it('that fails halfway leaves nothing behind', async () => {
    const homeless = { ...segment, trackNo: 77 };
    await expect(saveStep(db, step(3, { segments: [homeless] }))).rejects.toMatchObject({ kind: 'internal' });
    expect((await readCheckpoint(db, 'cam_t'))?.version).toBe(3);
  });

  it('moves the progress of a file', async () => {
    await db.trackerCheckpoint.create({
      data: { cameraId: 'vid_a', epoch: 0, nextSeq: 0, version: 1, state: Uint8Array.from([]) },
    });
    const checkpoint = { cameraId: 'vid_a', epoch: 0, nextSeq: 5, version: 1, state: Uint8Array.from([]) };
    await saveStep(db, { ...step(1), checkpoint, video: { framesDone: 5, dropped: { failed: 1 } } });
    expect(await videoById(db, 'vid_a')).toMatchObject({ framesDone: 5, dropped: { failed: 1 } });
  });

  it('fails as unavailable while PostgreSQL is away, and goes through once it is back', async () => {
    await server.kill();
    await expect(saveStep(db, step(3))).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(saveStep(db, step(3, { tracks: [track] }))).rejects.toMatchObject({ kind: 'unavailable' });
    await server.restart();
    await waitUntil(async () => {
      expect(await saveStep(db, step(3, { tracks: [track] }))).toBe(4);
    });
  }, 40_000);
});
