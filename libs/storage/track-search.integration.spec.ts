import path from 'node:path';
import { pino } from 'pino';
import { seededRandom } from '#base/random.js';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { storedWalk, type StoredWalk } from '#testing/stored-tracks.js';
import { createCamera, setSourceSize } from './cameras.js';
import { openDatabase, type Database } from './database.js';
import { migrate } from './migrate.js';
import { trackDensity } from './track-density.js';
import type { TrackSearch } from './track-filter.js';
import { searchTracks, streamTracks, type FoundTrack } from './track-search.js';
import { writeSegments, writeTracks } from './track-writes.js';
import { createZone } from './zones.js';

const log = pino({ level: 'silent' });
const SEED = 20_261_121;
const START_MS = 1_800_000_000_000;

let server: TestServer;
let db: Database;
const walks: StoredWalk[] = [];

/** 120 walks of an hour on three cameras of 1000 × 500 pixels. */
function someWalks(): StoredWalk[] {
  const random = seededRandom(SEED);
  return Array.from({ length: 120 }, (_, i) => {
    const whole = (most: number): number => Math.floor(random() * most);
    return {
      cameraId: `cam_${whole(3)}`,
      epoch: 1 + whole(2),
      trackNo: i + 1,
      // Some start at the very same time.
      startMs: START_MS + whole(60) * 60_000,
      seconds: 1 + whole(12),
      from: [whole(1000), 200 + whole(300)],
      to: [whole(1000), 200 + whole(300)],
      heightPx: 150,
      posture: (['standing', 'standing', 'lying', 'arms-raised'] as const)[whole(4)],
      together: 1 + whole(4),
    };
  });
}

beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(server.url, log);
  for (const id of ['cam_0', 'cam_1', 'cam_2']) {
    await createCamera(db, id, { name: `Camera ${id}`, url: `rtsp://${id}` });
    await setSourceSize(db, id, { widthPx: 1000, heightPx: 500 });
  }
  await createZone(db, {
    id: 'zon_left',
    cameraId: 'cam_0',
    name: 'Left half',
    polygon: [
      [0, 0],
      [0.5, 0],
      [0.5, 1],
      [0, 1],
    ],
  });
  await db.rule.create({ data: { id: 'rul_a', kind: 'running', name: 'Running' } });
  walks.push(...someWalks());
  const random = seededRandom(SEED);
  const rows = walks.map((walk) => storedWalk(walk, random));
  await db.$transaction(async (tx) => {
    await writeTracks(
      tx,
      rows.map(({ track }) => track),
    );
    await writeSegments(
      tx,
      rows.flatMap(({ segments }) => segments),
    );
  });
  for (const { cameraId, epoch, trackNo, startMs } of walks.filter((_, i) => i % 10 === 0))
    await db.event.create({
      data: {
        ...{ id: `e${trackNo}`, kind: 'running', ruleId: 'rul_a', cameraId, epoch, trackNo, startMs },
        ...{ startPtsUs: 0n, measure: {}, why: 'fast' },
      },
    });
}, 60_000);

afterAll(async () => {
  await db.$disconnect();
  await server.stop();
});

const name = ({ cameraId, epoch, trackNo }: Pick<StoredWalk, 'cameraId' | 'epoch' | 'trackNo'>): string =>
  `${cameraId}/${epoch}/${trackNo}`;

/** Names of the walks that fulfil a condition, in the order of a search. */
function expected(fits: (walk: StoredWalk) => boolean): string[] {
  const order = (a: StoredWalk, b: StoredWalk): number =>
    b.startMs - a.startMs ||
    (a.cameraId < b.cameraId ? -1 : Number(a.cameraId > b.cameraId)) ||
    a.epoch - b.epoch ||
    a.trackNo - b.trackNo;
  return walks.filter(fits).sort(order).map(name);
}

async function everything(search: TrackSearch): Promise<FoundTrack[]> {
  const found: FoundTrack[] = [];
  for await (const track of streamTracks(db, search)) found.push(track);
  return found;
}

const lengthOf = ({ from, to }: StoredWalk): number => Math.hypot(to[0] - from[0], to[1] - from[1]);
const endMs = ({ startMs, seconds }: StoredWalk): number => startMs + seconds * 1000 - 100;
const xAt = ({ from, to, seconds }: StoredWalk, sec: number): number => from[0] + ((to[0] - from[0]) * sec) / seconds;
const lastX = (walk: StoredWalk): number => xAt(walk, walk.seconds - 0.1);
/** Pixels about a border in which rounded feet may be on either side. */
const isNear = (x: number): boolean => Math.abs(x - 500) < 3;

describe('a search', () => {
  const middleMs = START_MS + 30 * 60_000;

  it.each<[string, TrackSearch, (walk: StoredWalk) => boolean]>([
    ['without a condition', {}, () => true],
    ['of one camera', { cameraIds: ['cam_1'] }, ({ cameraId }) => cameraId === 'cam_1'],
    ['of two cameras', { cameraIds: ['cam_2', 'cam_1'] }, ({ cameraId }) => cameraId !== 'cam_0'],
    ['from a time on', { fromMs: middleMs + 3000 }, (walk) => endMs(walk) >= middleMs + 3000],
    ['before a time', { toMs: middleMs }, ({ startMs }) => startMs < middleMs],
    [
      'at one moment',
      { fromMs: middleMs + 2000.5, toMs: middleMs + 2001 },
      (walk) => walk.startMs < middleMs + 2001 && endMs(walk) >= middleMs + 2000.5,
    ],
    ['by duration', { minDurationSec: 4, maxDurationSec: 6 }, ({ seconds }) => seconds >= 5 && seconds <= 6],
    [
      'by speed',
      { minSpeed: 0.5, maxSpeed: 1.5 },
      (walk) => {
        const speed = lengthOf(walk) / walk.heightPx / walk.seconds;
        return speed >= 0.5 && speed <= 1.5;
      },
    ],
    ['by posture', { postures: ['lying'] }, ({ posture }) => posture === 'lying'],
    ['by one of two postures', { postures: ['lying', 'arms-raised'] }, ({ posture }) => posture !== 'standing'],
    ['by company', { minTogether: 3 }, ({ together }) => together >= 3],
    ['by kind of event', { eventKind: 'running' }, ({ trackNo }) => trackNo % 10 === 1],
    ['by any event', { eventKind: 'any' }, ({ trackNo }) => trackNo % 10 === 1],
    ['by another kind of event', { eventKind: 'loitering' }, () => false],
    [
      'by everything at once',
      { cameraIds: ['cam_0'], toMs: middleMs, postures: ['standing'], minTogether: 2, maxDurationSec: 9 },
      (walk) =>
        walk.cameraId === 'cam_0' &&
        walk.startMs < middleMs &&
        walk.posture !== 'lying' &&
        walk.together >= 2 &&
        walk.seconds <= 9,
    ],
  ])('%s finds exactly those tracks, newest first', async (_, search, fits) => {
    const names = expected(fits);
    expect((await everything(search)).map(name)).toEqual(names);
    const { total } = await searchTracks(db, search, { limit: 3 });
    expect(total).toEqual({ value: names.length, relation: 'exact' });
  });

  it('finds one track by its key, with what is known of it', async () => {
    const walk = walks.find(({ posture }) => posture === 'arms-raised');
    if (walk === undefined) throw new Error('no such walk');
    const { cameraId, epoch, trackNo } = walk;
    const [track] = await everything({ track: { cameraId, epoch, trackNo } });
    expect(track).toMatchObject({ cameraName: `Camera ${cameraId}`, startMs: walk.startMs, together: walk.together });
    expect(track.postures).toEqual(['standing', 'arms-raised']);
    expect(track.startPtsUs).toBe(walk.startMs * 1000);
  });

  it('by zone finds whose feet were in it', async () => {
    const inside = (walk: StoredWalk): boolean =>
      walk.posture !== 'lying' && walk.cameraId === 'cam_0' && (walk.from[0] <= 500 || lastX(walk) <= 500);
    const doubtful = new Set(walks.filter((walk) => isNear(walk.from[0]) || isNear(lastX(walk))).map(name));
    const found = (await everything({ zoneId: 'zon_left', postures: ['standing'] })).map(name);
    expect(found.filter((each) => !doubtful.has(each))).toEqual(expected(inside).filter((each) => !doubtful.has(each)));
    expect(found.length).toBeGreaterThan(5);
  });

  it('by time in a zone tells how long it was', async () => {
    const found = await everything({ zoneId: 'zon_left', minDwellSec: 4 });
    const all = await everything({ zoneId: 'zon_left' });
    expect(found.length).toBeGreaterThan(1);
    expect(found.length).toBeLessThan(all.length);
    for (const { stays } of found)
      expect(Math.max(...stays.map((stay) => stay.endPtsUs - stay.startPtsUs))).toBeGreaterThanOrEqual(4e6);
    const long = all.filter(({ stays }) => stays.some((stay) => stay.endPtsUs - stay.startPtsUs >= 4e6));
    expect(found.map(name)).toEqual(long.map(name));
  });

  it.each([
    ['left', (walk: StoredWalk) => walk.from[0] < 500 && lastX(walk) > 500],
    ['right', (walk: StoredWalk) => walk.from[0] > 500 && lastX(walk) < 500],
    [undefined, (walk: StoredWalk) => walk.from[0] < 500 !== lastX(walk) < 500],
  ] as const)('by a line finds who crossed it towards %s', async (direction, crossed) => {
    const doubtful = new Set(walks.filter((walk) => isNear(walk.from[0]) || isNear(lastX(walk))).map(name));
    const found = await everything({ cameraIds: ['cam_2'], line: [0.5, 0, 0.5, 1], direction, postures: ['standing'] });
    const names = expected((walk) => walk.cameraId === 'cam_2' && walk.posture !== 'lying' && crossed(walk));
    expect(found.map(name).filter((each) => !doubtful.has(each))).toEqual(names.filter((each) => !doubtful.has(each)));
    expect(found.length).toBeGreaterThan(1);
  });

  it('leaves out the tracks of a removed camera', async () => {
    await db.camera.update({ where: { id: 'cam_1' }, data: { deletedAt: new Date(0) } });
    try {
      expect((await everything({})).map(name)).toEqual(expected(({ cameraId }) => cameraId !== 'cam_1'));
    } finally {
      await db.camera.update({ where: { id: 'cam_1' }, data: { deletedAt: null } });
    }
  });
});

describe('pages', () => {
  it.each<[string, TrackSearch]>([
    ['columns', { minTogether: 2 }],
    ['a zone', { zoneId: 'zon_left' }],
  ])('of a search by %s hold each track once', async (_, search) => {
    const names: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await searchTracks(db, search, { cursor, limit: 7 });
      expect(page.rows.length).toBeLessThanOrEqual(7);
      names.push(...page.rows.map(name));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(names).toEqual((await everything(search)).map(name));
  });

  it('stay where they are when a newer track arrives', async () => {
    const first = await searchTracks(db, {}, { limit: 10 });
    const second = await searchTracks(db, {}, { limit: 10, cursor: first.nextCursor ?? '' });
    const random = seededRandom(1);
    const { track } = storedWalk({ ...walks[0], trackNo: 9999, startMs: START_MS + 1e8 }, random);
    await writeTracks(db, [track]);
    const again = await searchTracks(db, {}, { limit: 10, cursor: first.nextCursor ?? '' });
    await db.track.deleteMany({ where: { trackNo: 9999 } });
    expect(again.rows).toEqual(second.rows);
  });
});

describe('density', () => {
  it('counts a track in every bucket it was there in', async () => {
    const hour = { fromMs: START_MS, toMs: START_MS + 3_600_000 };
    const { counts, bucketMs, relation } = await trackDensity(db, hour, 1200);
    expect({ bucketMs, relation }).toEqual({ bucketMs: 3000, relation: 'exact' });
    const there = counts.map((_, bucket) => {
      const [from, to] = [START_MS + bucket * 3000, START_MS + (bucket + 1) * 3000];
      return walks.filter((walk) => walk.startMs < to && endMs(walk) >= from).length;
    });
    expect(counts).toEqual(there);
  });

  it('spans all matches where no range is given', async () => {
    const { fromMs, counts } = await trackDensity(db, { postures: ['lying'] }, 1);
    const lying = walks.filter(({ posture }) => posture === 'lying');
    expect(fromMs).toBe(Math.min(...lying.map(({ startMs }) => startMs)));
    expect(counts).toEqual([lying.length]);
  });

  it('is zero where nothing matches', async () => {
    expect((await trackDensity(db, { minSpeed: 99 }, 3)).counts).toEqual([0, 0, 0]);
  });
});

describe('a wrong search is refused with the name of the field', () => {
  it.each<[string, string, TrackSearch]>([
    ['a reversed range of time', 'toMs', { fromMs: 2, toMs: 1 }],
    ['a time that is no number', 'fromMs', { fromMs: Number.NaN }],
    ['an unknown camera', 'cameraId', { cameraIds: ['cam_0', 'cam_9'] }],
    ['no camera at all', 'cameraId', { cameraIds: [] }],
    ['a reversed duration', 'maxDurationSec', { minDurationSec: 5, maxDurationSec: 4 }],
    ['a negative duration', 'minDurationSec', { minDurationSec: -1 }],
    ['a reversed speed', 'maxSpeed', { minSpeed: 2, maxSpeed: 1 }],
    ['an unknown zone', 'zoneId', { zoneId: 'zon_x' }],
    ['a zone of another camera', 'zoneId', { zoneId: 'zon_left', cameraIds: ['cam_1'] }],
    ['a dwell without zone', 'minDwellSec', { minDwellSec: 3 }],
    ['a line outside the picture', 'line', { cameraIds: ['cam_0'], line: [0, 0, 1, 1.5] }],
    ['a line without length', 'line', { cameraIds: ['cam_0'], line: [0.5, 0.5, 0.5, 0.5] }],
    ['a line over all cameras', 'cameraId', { line: [0, 0, 1, 1] }],
    ['a direction without line', 'direction', { direction: 'left' }],
    ['nobody together', 'minTogether', { minTogether: 0 }],
    ['an unknown event', 'eventKind', { eventKind: 'flying' }],
    ['a track number that does not fit', 'track', { track: { cameraId: 'cam_0', epoch: 1, trackNo: 2 ** 31 } }],
  ])('%s', async (_, field, search) => {
    await expect(searchTracks(db, search, { limit: 10 })).rejects.toMatchObject({
      kind: 'invalid-input',
      details: { field },
      message: expect.stringMatching(new RegExp(`^${field}: `)) as string,
    });
  });

  it.each([
    ['limit', { limit: 0 }],
    ['limit', { limit: 501 }],
    ['limit', { limit: 1.5 }],
    ['cursor', { limit: 10, cursor: 'x' }],
    ['cursor', { limit: 10, cursor: Buffer.from('[1]').toString('base64url') }],
  ])('a bad %s', async (field, page) => {
    await expect(searchTracks(db, {}, page)).rejects.toMatchObject({ kind: 'invalid-input', details: { field } });
  });
});
