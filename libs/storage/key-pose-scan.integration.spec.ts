import path from 'node:path';
import { pino } from 'pino';
import { seededRandom } from '#base/random.js';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { storedWalk, type StoredWalk } from '#testing/stored-tracks.js';
import { createCamera } from './cameras.js';
import { openDatabase, type Database } from './database.js';
import { keyPosePieces } from './key-pose-scan.js';
import { migrate } from './migrate.js';
import { exampleAt, searchPoses } from './pose-search.js';
import { prepareSearch } from './track-conditions.js';
import { writeSegments, writeTracks } from './track-writes.js';

const log = pino({ level: 'silent' });
const START_MS = 1_800_000_000_000;
/** More than two pieces. */
const STANDING = 41_000;
const LYING = STANDING + 1;
/** Media time of those that are the same but the first: an example is looked for among what lies beside it in time. */
const LATER_US = (START_MS + 3_600_000) * 1000;

let server: TestServer;
let db: Database;

const walk = (trackNo: number, posture: StoredWalk['posture']): StoredWalk => ({
  ...{ cameraId: 'cam_0', epoch: 1, trackNo, startMs: START_MS, seconds: 1.9, posture, together: 1 },
  ...{ from: [100, 400], to: [200, 400], heightPx: 200 },
});

/** Many tracks that are the same, of a segment each, and at the end another one. */
beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(server.url, log);
  await createCamera(db, 'cam_0', { name: 'Gate', url: 'rtsp://gate' });
  for (const { track, segments } of [walk(1, 'standing'), walk(LYING, 'lying')].map((each) =>
    storedWalk(each, seededRandom(7)),
  ))
    await db.$transaction(async (tx) => {
      await writeTracks(tx, [track]);
      await writeSegments(tx, segments);
    });
  for (const table of ['Track', 'TrackSegment', 'SegmentKeyPoses'])
    await db.$executeRawUnsafe(`
      INSERT INTO "${table}" SELECT copy.* FROM "${table}" t, generate_series(2, ${STANDING}) AS n,
        LATERAL jsonb_populate_record(t, jsonb_build_object('trackNo', n, 'startPtsUs', ${LATER_US}, 'endPtsUs', ${LATER_US})) AS copy
      WHERE t."trackNo" = 1`);
}, 120_000);

afterAll(async () => {
  await db.$disconnect();
  await server.stop();
});

async function tracksRead(search: Parameters<typeof prepareSearch>[1]): Promise<number[][]> {
  const pieces: number[][] = [];
  for await (const piece of keyPosePieces(db, await prepareSearch(db, search)))
    pieces.push(Array.from({ length: piece.count }, (_, segment) => piece.place(segment).trackNo));
  return pieces;
}

const exampleOfTrack = (trackNo: number) =>
  exampleAt(db, { cameraId: 'cam_0', epoch: 1, trackNo, ptsUs: START_MS * 1000 });

it.each([
  ['everything', {}, 3],
  ['who came since', { fromMs: START_MS }, 1],
])('every segment of %s is read once, in the order of its track', async (_, search, least) => {
  const pieces = await tracksRead(search);
  expect(pieces.length).toBeGreaterThanOrEqual(least);
  expect(pieces.flat()).toEqual(Array.from({ length: LYING }, (_each, at) => at + 1));
});

it('only segments of tracks that match are read', async () => {
  expect(await tracksRead({ postures: ['lying'] })).toEqual([[LYING]]);
});

it('what lies in the last piece is found', async () => {
  const { rows, total } = await searchPoses(db, { example: await exampleOfTrack(LYING), search: {}, limit: 5 });
  expect(rows.map(({ trackNo, distance }) => ({ trackNo, distance }))).toEqual([{ trackNo: LYING, distance: 0 }]);
  expect(total).toEqual({ value: 1, relation: 'exact' });
});

it('of more equal tracks than are kept, those are found that come first', async () => {
  const { rows, total } = await searchPoses(db, { example: await exampleOfTrack(1), search: {}, limit: 200 });
  const first = Array.from({ length: STANDING }, (_, at) => String(at + 1)).sort();
  expect(rows.map(({ trackNo }) => String(trackNo))).toEqual(first.slice(0, 200));
  expect(total.relation).toBe('at-least');
});
