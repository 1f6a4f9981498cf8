import path from 'node:path';
import { pino } from 'pino';
import { seededRandom } from '#base/random.js';
import { embedPose, poseDistance } from '#pose/pose-embedding.js';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { storedWalk, type StoredWalk } from '#testing/stored-tracks.js';
import { createCamera, setSourceSize } from './cameras.js';
import { openDatabase, type Database } from './database.js';
import { migrate } from './migrate.js';
import { searchMovements } from './movement-search.js';
import { exampleAt, exampleOf, searchPoses } from './pose-search.js';
import { decodeSegment, type SegmentPose } from './segment-codec.js';
import type { TrackSearch } from './track-filter.js';
import { writeSegments, writeTracks } from './track-writes.js';

const log = pino({ level: 'silent' });
const SEED = 20_261_121;
const START_MS = 1_800_000_000_000;

let server: TestServer;
let db: Database;

const walks = Array.from({ length: 60 }, (_, i): StoredWalk => ({
  cameraId: `cam_${i % 2}`,
  epoch: 1,
  trackNo: i + 1,
  startMs: START_MS + i * 1000,
  seconds: 3 + (i % 4),
  from: [100 + i, 400],
  to: [300, 400],
  heightPx: 80 + 2 * i,
  posture: (['standing', 'lying', 'arms-raised'] as const)[i % 3],
  together: 1,
}));
const postureOf = (trackNo: number): string => walks[trackNo - 1].posture;
const stored: { readonly trackNo: number; readonly cameraId: string; readonly poses: readonly SegmentPose[] }[] = [];

beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(server.url, log);
  for (const id of ['cam_0', 'cam_1']) await createCamera(db, id, { name: id, url: `rtsp://${id}` });
  const random = seededRandom(SEED);
  for (const walk of walks) {
    const { track, segments } = storedWalk(walk, random);
    await db.$transaction(async (tx) => {
      await writeTracks(tx, [track]);
      await writeSegments(tx, segments);
    });
    const poses = segments.flatMap(({ packed }) => decodeSegment(packed));
    stored.push({ trackNo: walk.trackNo, cameraId: walk.cameraId, poses });
  }
}, 60_000);

afterAll(async () => {
  await db.$disconnect();
  await server.stop();
});

/** The nearest pose of each track, by comparing with every one. */
function bruteForce(example: Int8Array): { trackNo: number; distance: number }[] {
  return stored
    .map(({ trackNo, poses }) => {
      const vectors = poses.map(({ keypoints }) => embedPose(keypoints, 0.2)).filter((vector) => vector !== null);
      return { trackNo, distance: Math.min(...vectors.map((vector) => poseDistance(example, vector))) };
    })
    .sort((a, b) => a.distance - b.distance);
}

describe('moments like a pose', () => {
  it.each([3, 2, 1])('of track %i are as near as those that comparing with every pose finds', async (trackNo) => {
    const { poses, cameraId } = stored[trackNo - 1];
    const example = await exampleAt(db, { cameraId, epoch: 1, trackNo, ptsUs: poses[7].ptsUs });
    const { rows: found } = await searchPoses(db, { example, search: {}, limit: 10 });
    expect(found[0]).toMatchObject({ trackNo, distance: 0 });
    const there = poses.find(({ ptsUs }) => Math.abs(ptsUs - found[0].ptsUs) < 1000);
    expect(embedPose(there?.keypoints ?? [], 0.2)).toEqual(example);
    // Key poses stand for those near them, so of equally good moments another one may be named.
    const nearest = bruteForce(example);
    found.forEach(({ distance }, rank) => {
      expect(distance).toBeLessThanOrEqual(nearest[rank].distance + 0.005);
    });
    expect(found.every((match) => postureOf(match.trackNo) === postureOf(trackNo))).toBe(true);
  });

  it('are found from a skeleton that is drawn elsewhere, larger and in a mirror', async () => {
    const [raised] = stored.filter(({ trackNo }) => postureOf(trackNo) === 'arms-raised');
    const drawn = raised.poses[3].keypoints.map((value, at) =>
      at % 3 === 0 ? 900 - 2 * value : at % 3 === 1 ? 2 * value : 1,
    );
    const sketch = drawn.slice();
    for (let left = 1; left < 17; left += 2)
      for (let field = 0; field < 3; field++) {
        sketch[3 * left + field] = drawn[3 * (left + 1) + field];
        sketch[3 * (left + 1) + field] = drawn[3 * left + field];
      }
    const { rows: found } = await searchPoses(db, { example: exampleOf(sketch, 'pose'), search: {}, limit: 20 });
    expect(found).toHaveLength(20);
    expect(found[0].distance).toBeLessThan(0.01);
    expect(found.every(({ trackNo }) => postureOf(trackNo) === 'arms-raised')).toBe(true);
  });

  it('are looked for only among the tracks of a search', async () => {
    const { poses, cameraId } = stored[2];
    const example = await exampleAt(db, { cameraId, epoch: 1, trackNo: 3, ptsUs: poses[0].ptsUs });
    const { rows: ofCamera } = await searchPoses(db, { example, search: { cameraIds: ['cam_1'] }, limit: 5 });
    expect(ofCamera.map((match) => match.cameraId)).toEqual(new Array(5).fill('cam_1'));
    const { rows: late } = await searchPoses(db, { example, search: { fromMs: START_MS + 50_000 }, limit: 5 });
    expect(late.length).toBeGreaterThan(0);
    expect(late.every(({ atMs }) => atMs >= START_MS + 50_000)).toBe(true);
    const lying = await searchPoses(db, { example, search: { postures: ['lying'] }, limit: 5 });
    expect(lying).toEqual({ rows: [], nextCursor: null, total: { value: 0, relation: 'exact' } });
  });

  it.each([
    ['limit', () => searchPoses(db, { example: new Int8Array(26), search: {}, limit: 201 })],
    ['ptsUs', () => exampleAt(db, { cameraId: 'cam_0', epoch: 1, trackNo: 1, ptsUs: 5 })],
    ['pose', () => Promise.resolve().then(() => exampleOf(new Array<number>(51).fill(0), 'pose'))],
    ['pose', () => Promise.resolve().then(() => exampleOf(new Array<number>(51).fill(1), 'pose'))],
    ['pose', () => Promise.resolve().then(() => exampleOf(new Array<number>(50).fill(1), 'pose'))],
    ['pose', () => Promise.resolve().then(() => exampleOf(new Array<number>(51).fill(NaN), 'pose'))],
  ])('are refused with a wrong %s', async (field, call) => {
    await expect(call()).rejects.toMatchObject({ kind: 'invalid-input', details: { field } });
  });
});

describe('movements like one that is stored', () => {
  it('are found in tracks that do the same, first of all in its own', async () => {
    const [{ poses, cameraId, trackNo }] = stored;
    const span = { fromPtsUs: poses[5].ptsUs, toPtsUs: poses[24].ptsUs };
    const { rows: found } = await searchMovements(db, {
      example: { cameraId, epoch: 1, trackNo, ...span },
      search: {},
      limit: 8,
    });
    expect(found[0]).toMatchObject({ trackNo, distance: 0, ...span });
    expect(found).toHaveLength(8);
    expect(found.every((match) => postureOf(match.trackNo) === 'standing')).toBe(true);
  });

  it('are paged without gap or repetition', async () => {
    const [{ poses, cameraId, trackNo }] = stored;
    const example = { cameraId, epoch: 1, trackNo, fromPtsUs: poses[0].ptsUs, toPtsUs: poses[19].ptsUs };
    const all = await searchMovements(db, { example, search: {}, limit: 50 });
    expect(all.total).toEqual({ value: all.rows.length, relation: 'exact' });
    const paged: unknown[] = [];
    let cursor: string | undefined;
    do {
      const page = await searchMovements(db, { example, search: {}, limit: 7, cursor });
      paged.push(...page.rows);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(paged.length).toBeGreaterThan(7);
    expect(paged).toEqual(all.rows);
  });

  it('are looked for only among the tracks of a search, and only where they cross its line', async () => {
    const [{ poses, cameraId, trackNo }] = stored;
    await setSourceSize(db, 'cam_0', { widthPx: 640, heightPx: 480 });
    const example = { cameraId, epoch: 1, trackNo, fromPtsUs: poses[0].ptsUs, toPtsUs: poses[19].ptsUs };
    const found = async (search: TrackSearch) =>
      (await searchMovements(db, { example, search, limit: 50 })).rows.map((row) => row.trackNo);
    expect((await found({ cameraIds: ['cam_1'] })).every((each) => each % 2 === 0)).toBe(true);
    const line = [120 / 640, 0, 120 / 640, 1] as const; // walks of camera 0 start at 100, 102, … px and end at 300
    const crossing = await found({ cameraIds: ['cam_0'], line });
    expect(crossing.length).toBeGreaterThan(0);
    expect(Math.max(...crossing)).toBeLessThanOrEqual(21);
  });

  const own = { cameraId: 'cam_0', epoch: 1, trackNo: 1 };
  it.each([
    ['a reversed span', { ...own, fromPtsUs: 2, toPtsUs: 1 }, {}, 'toPtsUs'],
    ['a span of a minute', { ...own, fromPtsUs: 0, toPtsUs: 60e6 }, {}, 'toPtsUs'],
    ['a span without poses', { ...own, fromPtsUs: 1, toPtsUs: 2 }, {}, 'fromPtsUs'],
    ['a span of one pose', { ...own, fromPtsUs: START_MS * 1000, toPtsUs: START_MS * 1000 + 1 }, {}, 'toPtsUs'],
    ['a track that is not there', { ...own, trackNo: 999, fromPtsUs: 1, toPtsUs: 2 }, {}, 'fromPtsUs'],
    ['a huge page', { ...own, fromPtsUs: 1, toPtsUs: 2 }, { limit: 51 }, 'limit'],
    ['a broken cursor', { ...own, fromPtsUs: 1, toPtsUs: 2 }, { cursor: 'x' }, 'cursor'],
    ['a distance of two', { ...own, fromPtsUs: 1, toPtsUs: 2 }, { maxDistance: 2 }, 'maxDistance'],
  ])('are refused with %s', async (_, example, more, field) => {
    await expect(searchMovements(db, { example, search: {}, limit: 5, ...more })).rejects.toMatchObject({
      kind: 'invalid-input',
      details: { field },
    });
  });
});
