import path from 'node:path';
import { pino } from 'pino';
import { seededRandom } from '#base/random.js';
import { readImport } from '#evaluation/imports/read-import.js';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { storedWalk } from '#testing/stored-tracks.js';
import { createCamera, setSourceSize } from './cameras.js';
import { openDatabase, type Database } from './database.js';
import { importId, importTracks } from './imports.js';
import { migrate } from './migrate.js';
import { momentsOf } from './moments.js';
import type { ReadFrameTimes } from './source-frames.js';
import { checkExport, trackExport, type TrackFormat } from './track-exports.js';
import { writeSegments, writeTracks } from './track-writes.js';
import { createVideo } from './videos.js';

jest.setTimeout(60_000);

const log = pino({ level: 'silent' });
const START_MS = 1_000_000;
const PEOPLE = 25;
const SECONDS = 20;

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

afterEach(async () => {
  await db.camera.deleteMany();
});

/** 25 people who walk for twenty seconds, each a second after the one before: 250 segments. */
async function storeWalks(cameraId: string, epoch: number): Promise<void> {
  const random = seededRandom(5);
  for (let no = 1; no <= PEOPLE; no++) {
    const walk = { cameraId, epoch, trackNo: no, startMs: START_MS + no * 1000, seconds: SECONDS } as const;
    const place = { from: [0, 400], to: [600, 300], heightPx: 120, posture: 'standing', together: 1 } as const;
    const { track, segments } = storedWalk({ ...walk, ...place }, random);
    await writeTracks(db, [track]);
    await writeSegments(db, segments);
  }
}

async function storeCamera(): Promise<void> {
  await createCamera(db, 'cam_a', { name: 'Yard', url: 'rtsp://x' });
  await setSourceSize(db, 'cam_a', { widthPx: 640, heightPx: 480 });
  await storeWalks('cam_a', 1);
}

async function exported(format: TrackFormat, readFrameTimes: ReadFrameTimes = noFile, search = {}): Promise<string> {
  const pieces: string[] = [];
  for await (const piece of trackExport(db, search, { format, readFrameTimes })) pieces.push(piece);
  return pieces.join('');
}

const noFile = (): Promise<Float64Array> => Promise.reject(new Error('there is no recording'));

async function again(text: string, name: string, fps = 10): Promise<string> {
  const id = importId(Buffer.from(text));
  await importTracks(db, readImport(text, name, null), {
    ...{ fileName: name, bytes: text.length, id, fps, size: null, startedAtMs: START_MS, link: null, picture: null },
    ...{ now: new Date(0), signal: new AbortController().signal, onFrames: () => undefined },
  });
  return id;
}

/** Numbers of a text, and the text without them. */
const numbersOf = (text: string): number[] => (text.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);

function expectNear(text: string, other: string, withinPx: number): void {
  const [a, b] = [numbersOf(text), numbersOf(other)];
  expect(b.length).toBe(a.length);
  const farthest = a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
  expect(farthest).toBeLessThanOrEqual(withinPx);
}

describe('moments', () => {
  it('come in order of time, each with everybody once, however many pages they take', async () => {
    await storeCamera();
    const trackNos = Array.from({ length: PEOPLE }, (_, at) => at + 1);
    const seen: number[] = [];
    let poses = 0;
    for await (const moment of momentsOf(db, { cameraId: 'cam_a', epoch: 1, trackNos })) {
      seen.push(moment.ptsUs);
      poses += moment.poses.length;
      const people = moment.poses.map(({ trackNo }) => trackNo);
      expect(people).toEqual([...new Set(people)].sort((a, b) => a - b));
    }
    expect(poses).toBe(PEOPLE * SECONDS * 10);
    expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
  });
});

describe('an export', () => {
  it('of a live camera counts the moments that have a pose', async () => {
    await storeCamera();
    const lines = (await exported('mot')).trimEnd().split('\n');
    expect(lines).toHaveLength(PEOPLE * SECONDS * 10);
    expect(lines[0]).toMatch(/^1,1,/);
    expect(lines.at(-1)).toMatch(new RegExp(`^${(PEOPLE - 1 + SECONDS) * 10},${PEOPLE},`));
    expect(await checkExport(db, {}, 'mot')).toEqual({ tracks: PEOPLE, poses: lines.length });
  });

  it('of a recording has the numbers of its own frames, also where only some were analysed', async () => {
    await createVideo(db, { id: 'vid_a', fileName: 'a.mp4', path: '/data/a.mp4', bytes: 1 });
    await setSourceSize(db, 'vid_a', { widthPx: 640, heightPx: 480 });
    await storeWalks('vid_a', 0);
    const files: string[] = [];
    const every40ms = (file: string): Promise<Float64Array> => {
      files.push(file);
      return Promise.resolve(Float64Array.from({ length: 2000 }, (_, frame) => START_MS * 1000 + frame * 50_000));
    };
    const file = JSON.parse(await exported('posetrack', every40ms)) as {
      images: { id: number; is_labeled: boolean }[];
      annotations: { image_id: number }[];
    };
    expect(files).toEqual(['/data/a.mp4']);
    expect(file.images).toHaveLength(2000);
    const labelled = file.images.flatMap(({ is_labeled }, frame) => (is_labeled ? [frame] : []));
    expect(labelled.slice(0, 3)).toEqual([20, 22, 24]);
    expect(file.annotations[0].image_id % 10_000).toBe(20);
    const other = (): Promise<Float64Array> => Promise.resolve(Float64Array.of(1, 2));
    await expect(exported('mot', other)).rejects.toThrow('a.mp4 has no frame at');
  });

  it.each(['posetrack', 'coco', 'mot'] as const)(
    'as %s, imported and exported again, has the same people in the same frames',
    async (format) => {
      await storeCamera();
      const first = await exported(format);
      await db.camera.deleteMany();
      await again(first, `walks.${format}`);
      const second = await exported(format, noFile, format === 'coco' ? {} : undefined);
      // Half a pixel steps of the store, on values that are rounded to hundredths.
      if (format === 'coco') expect(numbersOf(second)).toHaveLength(numbersOf(first).length);
      else expectNear(first, second, 0.51);
      await db.camera.deleteMany();
      await again(second, `again.${format}`);
      expectNear(second, await exported(format), 0.01);
    },
    60_000,
  );

  it('of imported COCO pictures has their ids', async () => {
    const keypoints = Array.from({ length: 17 }, (_, at) => [100 + at, 100 + 2 * at, 1]).flat();
    const entries = [7_000_000, 9_000_000].map((image_id) => ({ image_id, category_id: 1, score: 0.5, keypoints }));
    await again(JSON.stringify(entries), 'pictures.json', 1);
    const results = JSON.parse(await exported('coco')) as { image_id: number }[];
    expect(results.map(({ image_id }) => image_id)).toEqual([7_000_000, 9_000_000]);
  });

  it('of nothing is a whole file', async () => {
    await storeCamera();
    const none = { cameraIds: ['cam_a'], postures: ['lying'] } as const;
    expect(JSON.parse(await exported('posetrack', noFile, none))).toMatchObject({ images: [], annotations: [] });
    expect(JSON.parse(await exported('coco', noFile, none))).toEqual([]);
    expect(await exported('mot', noFile, none)).toBe('');
  });
});
