import path from 'node:path';
import { pino } from 'pino';
import { readImport } from '#evaluation/imports/read-import.js';
import { poseTrackJoints } from '#evaluation/posetrack-file.js';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { removeCamera } from './cameras.js';
import { openDatabase, type Database } from './database.js';
import { importId, importTracks, type ImportOptions } from './imports.js';
import { migrate } from './migrate.js';
import { decodeSegment } from './segment-codec.js';
import { trackSegments } from './track-queries.js';
import { searchTracks } from './track-search.js';
import { listVideos } from './videos.js';

jest.setTimeout(60_000);

const log = pino({ level: 'silent' });
const FPS = 10;
const NOW = new Date('2026-11-21T12:00:00Z');

let server: TestServer;
let db: Database;

beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(server.url, log);
}, 60_000);

afterAll(async () => {
  await db.$disconnect();
  await server.stop();
});

/** Where the joints of a standing person of 100 px are, from the feet. */
const standing: Readonly<Record<string, readonly [number, number]>> = {
  nose: [0, -92],
  head_bottom: [0, -82],
  head_top: [0, -100],
  left_shoulder: [10, -80],
  right_shoulder: [-10, -80],
  left_elbow: [12, -62],
  right_elbow: [-12, -62],
  left_wrist: [13, -47],
  right_wrist: [-13, -47],
  left_hip: [6, -50],
  right_hip: [-6, -50],
  left_knee: [6, -25],
  right_knee: [-6, -25],
  left_ankle: [6, -2],
  right_ankle: [-6, -2],
};

/** `people` walk to the right at a body height a second, below each other, with ids from 0; the file has no ears. */
function walk(frames: number, people: number, isLinked = true): string {
  const annotations = Array.from({ length: frames }, (_, frame) =>
    Array.from({ length: people }, (__, no) => {
      const [x, y] = [100 + frame * 10, 150 + no * 150];
      const keypoints = poseTrackJoints.flatMap((joint) => {
        const at = standing[joint] as readonly [number, number] | undefined;
        return at === undefined ? [0, 0, 0] : [x + at[0], y + at[1], 1];
      });
      const id = isLinked ? { track_id: no } : {};
      return { image_id: frame, category_id: 1, bbox: [x - 20, y - 100, 40, 100], keypoints, ...id };
    }),
  ).flat();
  const images = Array.from({ length: frames }, (_, id) => ({ id, width: 1280, height: 720 }));
  return JSON.stringify({ images, annotations, categories: [{ id: 1, keypoints: poseTrackJoints }] });
}

function take(text: string, change: Partial<ImportOptions> = {}) {
  const fileName = change.fileName ?? 'walk.json';
  return importTracks(db, readImport(text, fileName, null), {
    ...{ fileName, bytes: text.length, id: importId(Buffer.from(text)), fps: FPS, size: null, startedAtMs: 1_000_000 },
    ...{ link: null, picture: null, now: NOW, signal: new AbortController().signal, onFrames: () => undefined },
    ...change,
  });
}

const rows = async () => ({
  cameras: await db.camera.count(),
  videos: await db.video.count(),
  tracks: await db.track.count(),
  segments: await db.trackSegment.count(),
});

describe('imported tracks', () => {
  afterEach(async () => {
    await db.camera.deleteMany();
  });

  it('are a video that is done, with the ids, times and measures of its people', async () => {
    const { video, linking, leftOut } = await take(walk(50, 2));
    expect(linking).toBe('given');
    expect(leftOut).toEqual({});
    expect(video).toMatchObject({
      ...{ status: 'done', origin: 'posetrack', path: '', frameRate: FPS, frameCount: 50, framesDone: 50 },
      ...{ startedAtMs: 1_000_000, durationUs: 5_000_000n, finishedAt: NOW },
      camera: { kind: 'video', sourceWidthPx: 1280, sourceHeightPx: 720, name: 'walk.json' },
    });
    expect(await listVideos(db)).toHaveLength(1);
    const found = await searchTracks(db, { cameraIds: [video.cameraId], postures: ['standing'] }, { limit: 10 });
    expect(found.rows.map(({ trackNo }) => trackNo)).toEqual([0, 1]);
    const [first] = found.rows;
    expect(first).toMatchObject({ poses: 50, startMs: 1_000_000, endMs: 1_004_900, closed: true, together: 2 });
    expect(first.postures).toEqual(['standing']);
    expect(first.maxSpeed).toBeCloseTo(1, 1);
    const segments = await trackSegments(db, { cameraId: video.cameraId, epoch: 0, trackNo: 1 });
    const poses = segments.flatMap(({ packed }) => decodeSegment(packed));
    expect(poses.map(({ ptsUs }) => ptsUs)).toEqual(Array.from({ length: 50 }, (_, frame) => frame * 100_000));
    expect(poses[7].box).toEqual([150, 200, 190, 300]);
    expect(poses[7].keypoints.slice(0, 6)).toEqual([170, 208, 1, 0, 0, 0]);
  });

  it('change nothing when they come again, and are refused with another frame rate', async () => {
    const text = walk(30, 1);
    const { video } = await take(text);
    const before = await rows();
    const again = await take(text, { fileName: 'other name.json' });
    expect(again).toMatchObject({ isKnown: true, video: { cameraId: video.cameraId, fileName: 'walk.json' } });
    await expect(take(text, { fps: 25 })).rejects.toMatchObject({ kind: 'conflict' });
    expect(await rows()).toEqual(before);
  });

  it('come again after they were removed', async () => {
    const text = walk(30, 1);
    const { video } = await take(text);
    await removeCamera(db, video.cameraId, NOW);
    expect((await searchTracks(db, {}, { limit: 10 })).rows).toEqual([]);
    expect(await take(text, { fps: 25 })).toMatchObject({ isKnown: false, video: { frameRate: 25 } });
    expect(await rows()).toMatchObject({ cameras: 1, tracks: 1 });
  });

  it('of two imports of one file at once are there once', async () => {
    const text = walk(30, 1);
    const known = await Promise.all([take(text), take(text)]);
    expect(known.map(({ isKnown }) => isKnown).sort()).toEqual([false, true]);
    expect(await rows()).toMatchObject({ cameras: 1, videos: 1, tracks: 1 });
  });

  it('leave nothing when the import is stopped in its middle', async () => {
    const stop = new AbortController();
    const told: number[] = [];
    const onFrames = (done: number): void => {
      told.push(done);
      stop.abort();
    };
    await expect(take(walk(300, 40), { signal: stop.signal, onFrames })).rejects.toMatchObject({ kind: 'cancelled' });
    expect(told).toHaveLength(1);
    expect(await rows()).toEqual({ cameras: 0, videos: 0, tracks: 0, segments: 0 });
  });

  it('without ids are linked by the tracker, or left alone', async () => {
    const linked = await take(walk(40, 2, false));
    expect(linked.linking).toBe('tracker');
    expect((await searchTracks(db, {}, { limit: 10 })).rows.map(({ poses }) => poses)).toEqual([40, 40]);
    await db.camera.deleteMany();
    expect((await take(walk(40, 2, false), { link: false })).linking).toBe('none');
    expect(await rows()).toMatchObject({ tracks: 80, segments: 80 });
  });

  it('of boxes alone are stored without joints, postures and poses to look for', async () => {
    const text = Array.from({ length: 40 }, (_, at) => `${at + 1},9,${100 + at * 5},50,40,100,1,-1,-1,-1\n`).join('');
    const { video } = await take(text, { fileName: 'walk.txt' });
    expect(video.camera).toMatchObject({ sourceWidthPx: 335, sourceHeightPx: 150 });
    const [track] = (await searchTracks(db, {}, { limit: 10 })).rows;
    expect(track).toMatchObject({ trackNo: 9, poses: 40, postures: [] });
    expect(track.maxSpeed).toBeCloseTo(0.5, 1);
    const [segment] = await trackSegments(db, { cameraId: video.cameraId, epoch: 0, trackNo: 9 });
    expect(decodeSegment(segment.packed)[0].keypoints).toEqual(new Array(51).fill(0));
    expect((await db.segmentKeyPoses.findMany()).every(({ poses }) => poses.length === 0)).toBe(true);
  });

  it('keep one segment after another for a person who is away for long', async () => {
    const frames = [...Array.from({ length: 30 }, (_, at) => at), ...Array.from({ length: 30 }, (_, at) => 5000 + at)];
    const { video } = await take(frames.map((frame) => `${frame + 1},3,100,50,40,100,1\n`).join(''), {
      fileName: 'away.txt',
    });
    const poses = (await trackSegments(db, { cameraId: video.cameraId, epoch: 0, trackNo: 3 })).flatMap(({ packed }) =>
      decodeSegment(packed),
    );
    expect(poses.map(({ ptsUs }) => ptsUs / 100_000)).toEqual(frames);
  });

  it('need the frame rate, and one that can be', async () => {
    await expect(take(walk(2, 1), { fps: null })).rejects.toThrow('does not say how many frames a second');
    await expect(take(walk(2, 1), { fps: 0 })).rejects.toThrow('0 frames a second is not from 0.01 to 1000');
    expect(await take(walk(1, 1), { fps: null })).toMatchObject({ isKnown: false });
  });

  it('take the times of their frames from the recording they belong to', async () => {
    const picture = {
      ...{ path: '/data/uploads/x.mp4', playbackPath: null, codec: 'h264', durationUs: 900_000 },
      ...{ size: { widthPx: 640, heightPx: 360 }, framePtsUs: Float64Array.of(0, 40_000, 300_000) },
    };
    const { video } = await take(walk(3, 1), { fps: null, picture });
    expect(video).toMatchObject({ path: '/data/uploads/x.mp4', frameRate: null, durationUs: 900_000n });
    const [segment] = await trackSegments(db, { cameraId: video.cameraId, epoch: 0, trackNo: 0 });
    expect(decodeSegment(segment.packed).map(({ ptsUs }) => ptsUs)).toEqual([0, 40_000, 300_000]);
    await expect(take(walk(4, 1), { fps: null, picture })).rejects.toThrow('the video has only 3 frames');
  });
});
