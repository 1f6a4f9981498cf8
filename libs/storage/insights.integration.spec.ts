import path from 'node:path';
import { pino } from 'pino';
import { seededRandom } from '#base/random.js';
import { startPostgres, type TestServer } from '#testing/servers.js';
import { storedWalk, type StoredWalk } from '#testing/stored-tracks.js';
import { createCamera, removeCamera, setSourceSize } from './cameras.js';
import { openDatabase, type Database } from './database.js';
import { dwellMap, flows, peopleOverTime, ruleOutcomes, type InsightSpan } from './insights.js';
import { migrate } from './migrate.js';
import { writeSegments, writeTracks } from './track-writes.js';

const log = pino({ level: 'silent' });
const START_MS = 1_800_000_000_000;
const MINUTE_MS = 60_000;
const hour: InsightSpan = { fromMs: START_MS, toMs: START_MS + 60 * MINUTE_MS };

let server: TestServer;
let db: Database;

const common = { epoch: 1, heightPx: 150, posture: 'standing', together: 1 } as const;
const walks: readonly StoredWalk[] = [
  // Door camera, 1000 × 500 pixels: two from the left edge to the right one, one stays for a minute at (500, 300).
  { ...common, cameraId: 'cam_door', trackNo: 1, startMs: START_MS, seconds: 8, from: [25, 300], to: [975, 300] },
  {
    ...{ ...common, cameraId: 'cam_door', trackNo: 2, startMs: START_MS + 5 * MINUTE_MS, seconds: 8 },
    ...{ from: [40, 320], to: [980, 320] },
  },
  {
    ...{ ...common, cameraId: 'cam_door', trackNo: 3, startMs: START_MS + 9.5 * MINUTE_MS, seconds: 60 },
    ...{ from: [500, 300], to: [500, 300] },
  },
  // Too short for a visit.
  { ...common, cameraId: 'cam_door', trackNo: 4, startMs: START_MS, seconds: 0.5, from: [500, 300], to: [500, 300] },
  // From the middle over the lower edge.
  { ...common, cameraId: 'cam_yard', trackNo: 1, startMs: START_MS, seconds: 6, from: [500, 300], to: [500, 499] },
  // Before the hour, and on a camera that was removed.
  {
    ...common,
    cameraId: 'cam_yard',
    trackNo: 2,
    startMs: START_MS - MINUTE_MS,
    seconds: 5,
    from: [1, 300],
    to: [9, 300],
  },
  { ...common, cameraId: 'cam_gone', trackNo: 1, startMs: START_MS, seconds: 6, from: [500, 300], to: [500, 499] },
];

async function anEvent(event: {
  readonly id: string;
  readonly ruleId: string;
  readonly cameraId: string;
  readonly atMs: number;
  readonly sec?: number;
  readonly notedAfterSec?: number;
}): Promise<void> {
  const { id, ruleId, cameraId, atMs, sec, notedAfterSec } = event;
  await db.event.create({
    data: {
      ...{ id, kind: 'running', ruleId, cameraId, epoch: 1, trackNo: 1, startMs: atMs, startPtsUs: 0n },
      ...{ endMs: sec === undefined ? null : atMs + sec * 1000, measure: {}, why: `why ${id}` },
      acknowledgedAt: notedAfterSec === undefined ? null : new Date(atMs + notedAfterSec * 1000),
    },
  });
}

beforeAll(async () => {
  server = await startPostgres();
  await migrate(server.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(server.url, log);
  for (const id of ['cam_door', 'cam_yard', 'cam_gone']) {
    await createCamera(db, id, { name: id, url: `rtsp://${id}` });
    await setSourceSize(db, id, { widthPx: 1000, heightPx: 500 });
  }
  await createCamera(db, 'cam_new', { name: 'Never connected', url: 'rtsp://new' });
  const random = seededRandom(1);
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
  await removeCamera(db, 'cam_gone', new Date(START_MS));
}, 60_000);
afterAll(async () => {
  await db.$disconnect();
  await server.stop();
});

describe('people over time', () => {
  it("counts each live camera's people in every part of the span they were there in, busiest camera first", async () => {
    const { fromMs, bucketMs, cameras } = await peopleOverTime(db, hour, 60);
    expect([fromMs, bucketMs]).toEqual([START_MS, MINUTE_MS]);
    expect(cameras.map(({ cameraId, people }) => [cameraId, people])).toEqual([
      ['cam_door', 4],
      ['cam_yard', 1],
    ]);
    const door = new Map(cameras[0].counts.entries());
    expect([0, 1, 5, 9, 10, 11].map((minute) => door.get(minute))).toEqual([2, 0, 1, 1, 1, 0]);
  });

  it('takes in who was there already when the span began', async () => {
    const { cameras } = await peopleOverTime(db, { fromMs: START_MS + 10 * MINUTE_MS, toMs: hour.toMs }, 5);
    expect(cameras).toMatchObject([{ cameraId: 'cam_door', people: 1, counts: [1, 0, 0, 0, 0] }]);
  });

  it.each([
    ['toMs', { fromMs: START_MS, toMs: START_MS }, 10],
    ['toMs', { fromMs: 0, toMs: START_MS }, 10],
    ['fromMs', { fromMs: -1, toMs: START_MS }, 10],
    ['buckets', hour, 0],
    ['buckets', hour, 501],
  ])('refuses a wrong %s by name', async (field, span, buckets) => {
    await expect(peopleOverTime(db, span, buckets)).rejects.toMatchObject({
      kind: 'invalid-input',
      details: { field },
    });
  });
});

describe('a dwell map', () => {
  it('holds the time of everybody, most where somebody stayed', async () => {
    const { columns, rows, seconds } = await dwellMap(db, 'cam_door', hour);
    expect(seconds).toHaveLength(columns * rows);
    expect(seconds.reduce((sum, each) => sum + each, 0)).toBeCloseTo(8 + 8 + 60 + 0.5, 3);
    const most = seconds.indexOf(Math.max(...seconds));
    expect([most % columns, Math.floor(most / columns)]).toEqual([
      Math.floor(0.5 * columns),
      Math.floor((300 / 500) * rows),
    ]);
    expect(seconds[most]).toBeGreaterThanOrEqual(60);
  });

  it('is empty for a camera that never sent a picture', async () => {
    expect(Math.max(...(await dwellMap(db, 'cam_new', hour)).seconds)).toBe(0);
  });
});

describe('flows', () => {
  it('say over which edges people came and went', async () => {
    expect(await flows(db, 'cam_door', hour)).toEqual({
      flows: [
        { from: 'left', to: 'right', people: 2 },
        { from: 'inside', to: 'inside', people: 1 },
      ],
      ...{ people: 3, isComplete: true },
    });
    expect(await flows(db, 'cam_yard', hour)).toMatchObject({ flows: [{ from: 'inside', to: 'bottom', people: 1 }] });
  });
});

describe('outcomes of rules', () => {
  beforeAll(async () => {
    const rule = { kind: 'running', name: 'Running' };
    await db.rule.create({ data: { ...rule, id: 'rul_a', createdAt: new Date(1) } });
    await db.rule.create({ data: { ...rule, id: 'rul_never', cameraId: 'cam_door', createdAt: new Date(2) } });
    await db.rule.create({ data: { ...rule, id: 'rul_of_gone', cameraId: 'cam_gone' } });
    await db.rule.create({ data: { ...rule, id: 'rul_removed', deletedAt: new Date(3) } });
    await anEvent({ id: 'old', ruleId: 'rul_a', cameraId: 'cam_door', atMs: START_MS - 1, sec: 100 });
    await anEvent({ id: 'noted', ruleId: 'rul_a', cameraId: 'cam_door', atMs: START_MS, sec: 4, notedAfterSec: 30 });
    await anEvent({ id: 'open', ruleId: 'rul_a', cameraId: 'cam_yard', atMs: START_MS + 1, sec: 8 });
    await anEvent({ id: 'running', ruleId: 'rul_a', cameraId: 'cam_yard', atMs: START_MS + 2 });
    await anEvent({ id: 'gone', ruleId: 'rul_a', cameraId: 'cam_gone', atMs: START_MS + 3 });
  });

  it('count alerts of the span, and name the newest of all time', async () => {
    const last = { id: 'running', cameraName: 'cam_yard', startMs: START_MS + 2, endMs: null, isAcknowledged: false };
    expect(await ruleOutcomes(db, hour)).toEqual([
      { ruleId: 'rul_a', alerts: 3, open: 2, meanSec: 6, meanNotedSec: 30, last: { ...last, why: 'why running' } },
      { ruleId: 'rul_never', alerts: 0, open: 0, meanSec: null, meanNotedSec: null, last: null },
    ]);
    const [later] = await ruleOutcomes(db, { fromMs: START_MS + MINUTE_MS, toMs: hour.toMs });
    expect(later).toMatchObject({ alerts: 0, open: 0, last: { id: 'running' } });
  });
});
