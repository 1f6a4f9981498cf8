import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { systemClock } from '#base/clock.js';
import { frameId } from '#base/ids.js';
import { behaviorDetected, type BehaviorDetected } from '#contracts/behavior-detected.js';
import { laneOf, lanesQueue, topics as topicNames } from '#contracts/channels.js';
import type { PosesEstimated } from '#contracts/poses-estimated.js';
import { tracksUpdated, type TracksUpdated } from '#contracts/tracks-updated.js';
import { frameStore, type FrameStore } from '#frames/frame-store.js';
import { openKeyValues } from '#messaging/key-values.js';
import { openSender, type Sender } from '#messaging/queues.js';
import { closeRedis, openRedis, type Redis } from '#messaging/redis.js';
import { openTopics, type Topics } from '#messaging/topics.js';
import { createCamera } from '#storage/cameras.js';
import { readCheckpoint } from '#storage/checkpoints.js';
import { openDatabase, type Database } from '#storage/database.js';
import { migrate } from '#storage/migrate.js';
import { sceneAnalysis, sceneMessages, shuffledWithin, withStillFrames, type Path } from '#testing/pose-scene.js';
import { startPostgres, startRedis, waitUntil, type TestServer } from '#testing/servers.js';
import { buildServices, startService, type ServiceProcess } from '#testing/service-process.js';

const log = pino({ level: 'silent' });
const LANES = 2;
const FRAMES = 200;

let redisServer: TestServer;
let postgres: TestServer;
let db: Database;
let redis: Redis;
let topics: Topics;
let frames: FrameStore;
let dataDir: string;
const senders: Sender<PosesEstimated>[] = [];
const running: ServiceProcess[] = [];
const alerts: BehaviorDetected[] = [];
const updates: TracksUpdated[] = [];

beforeAll(async () => {
  buildServices();
  [redisServer, postgres] = await Promise.all([startRedis(), startPostgres()]);
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'posewatch-tracker-'));
  await migrate(postgres.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(postgres.url, log);
  redis = openRedis(redisServer.url, log);
  frames = frameStore(openKeyValues(redis), 120_000);
  topics = openTopics(redisServer.url, log);
  await topics.subscribe(topicNames.behaviorDetected, behaviorDetected, (alert) => alerts.push(alert));
  await topics.subscribe(topicNames.tracksUpdated, tracksUpdated, (update) => updates.push(update));
  for (let lane = 0; lane < LANES; lane++)
    senders.push(openSender({ redisUrl: redisServer.url, queue: lanesQueue(lane), log }));
}, 60_000);

afterEach(async () => {
  await Promise.all(running.splice(0).map((service) => service.kill()));
});

afterAll(async () => {
  await Promise.all(senders.map((sender) => sender.close()));
  await topics.close();
  await closeRedis(redis);
  await db.$disconnect();
  await Promise.all([redisServer.stop(), postgres.stop()]);
  await rm(dataDir, { recursive: true });
}, 30_000);

function startTracker(): ServiceProcess {
  const service = startService('tracker', {
    DATABASE_URL: postgres.url,
    REDIS_URL: redisServer.url,
    POSEWATCH_DATA_DIR: dataDir,
    POSEWATCH_MODELS_DIR: dataDir,
    POSEWATCH_LANES: String(LANES),
  });
  running.push(service);
  return service;
}

const walker: Path = (sec) => ({ x: 100 + 60 * sec, y: 500 });
const passer: Path = (sec) => (sec > 4 && sec < 12 ? { x: 1250 - 110 * (sec - 4), y: 650 } : null);

/** A camera with a zone in the middle, and its stream of two people who pass it. */
async function film(cameraId: string, options: { privacy?: 'full' | 'pose-only' } = {}): Promise<PosesEstimated[]> {
  await createCamera(db, cameraId, { name: cameraId, url: 'rtsp://nowhere', ...options });
  const polygon = [
    [0.4, 0],
    [0.6, 0],
    [0.6, 1],
    [0.4, 1],
  ];
  await db.zone.create({ data: { id: `zon_${cameraId}`, cameraId, name: 'Gate', polygon } });
  await db.rule.create({
    data: { id: `rul_${cameraId}`, kind: 'intrusion', name: 'No entry', cameraId, zoneId: `zon_${cameraId}` },
  });
  return sceneMessages({ cameraId, epoch: 0, policy: 'file', frames: FRAMES, fps: 10, people: [walker, passer] });
}

async function send(messages: readonly PosesEstimated[]): Promise<void> {
  for (const message of messages) await senders[laneOf(message.cameraId, LANES)].send(frameId(message), message);
}

async function doneSeq(cameraId: string): Promise<number> {
  return (await readCheckpoint(db, cameraId))?.nextSeq ?? 0;
}

async function waitForSeq(cameraId: string, seq: number, timeoutMs = 45_000): Promise<void> {
  await waitUntil(async () => {
    expect(await doneSeq(cameraId)).toBeGreaterThanOrEqual(seq);
  }, timeoutMs);
}

/** All rows of a camera, with its id taken out, so that two cameras can be compared. */
async function rowsOf(cameraId: string): Promise<unknown> {
  const where = { cameraId };
  const tracks = await db.track.findMany({ where, orderBy: { trackNo: 'asc' } });
  const segments = await db.trackSegment.findMany({ where, orderBy: [{ trackNo: 'asc' }, { segmentNo: 'asc' }] });
  const events = await db.event.findMany({ where, orderBy: { id: 'asc' } });
  const text = JSON.stringify({ tracks, segments, events }, (_, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
  return JSON.parse(text.replaceAll(cameraId, 'CAMERA'));
}

function alertsOf(cameraId: string): string[] {
  return alerts.filter((alert) => alert.cameraId === cameraId).map((alert) => `${alert.eventId} ${alert.phase}`);
}

let undisturbed: unknown;

it('stores tracks, segments and alerts of a stream, publishes them, and clears the pixels away', async () => {
  const messages = await film('cam_calm');
  const pixels = Buffer.alloc(sceneAnalysis.widthPx * sceneAnalysis.heightPx * 3, 90);
  await Promise.all(messages.map((message) => frames.put(message, pixels)));
  startTracker();
  await send(messages);
  await waitForSeq('cam_calm', FRAMES + 1);
  undisturbed = await rowsOf('cam_calm');
  const { tracks, events } = undisturbed as { tracks: unknown[]; events: Record<string, unknown>[] };
  expect(tracks).toEqual([
    expect.objectContaining({ trackNo: 1, poses: FRAMES, closed: true }),
    expect.objectContaining({ trackNo: 2, poses: 79, closed: true }),
  ]);
  expect(events).toHaveLength(2);
  for (const event of events) {
    expect(event).toMatchObject({ kind: 'intrusion', endMs: expect.any(Number) as number });
    const picture = String(event.snapshotPath).replaceAll('CAMERA', 'cam_calm');
    expect(existsSync(path.join(dataDir, picture))).toBe(true);
  }
  await waitUntil(async () => {
    expect(alertsOf('cam_calm')).toHaveLength(4);
    expect(updates.filter(({ cameraId }) => cameraId === 'cam_calm').at(-1)).toMatchObject({
      seq: FRAMES,
      ended: true,
      counts: { captured: FRAMES, analysed: FRAMES, dropped: {} },
    });
    expect(await redis.keys('frame:cam_calm:*')).toEqual([]);
  });
}, 60_000);

/** Pictures differ between runs that had pixels and those that had none. */
function withoutPictures(rows: unknown): unknown {
  return JSON.parse(JSON.stringify(rows).replaceAll(/"snapshotPath":("[^"]*"|null)/g, '"snapshotPath":null'));
}

it('leaves the same rows when messages are shuffled within 64 and come twice', async () => {
  const messages = await film('cam_shuffled');
  startTracker();
  await send(shuffledWithin(messages, 64, 1));
  await waitForSeq('cam_shuffled', FRAMES + 1);
  await send(shuffledWithin(messages, 64, 2));
  await waitUntil(async () => {
    const { waiting, active } = await senders[laneOf('cam_shuffled', LANES)].counts();
    expect(waiting + active).toBe(0);
  });
  expect(await rowsOf('cam_shuffled')).toEqual(withoutPictures(undisturbed));
  expect(new Set(alertsOf('cam_shuffled')).size).toBe(4);
  expect(alertsOf('cam_shuffled')).toHaveLength(4);
}, 60_000);

it('leaves the same rows when the tracker is killed in the middle, twice, and another goes on', async () => {
  const messages = await film('cam_killed');
  const sending = send(shuffledWithin(messages, 20, 3));
  for (const seq of [30, 110]) {
    const service = startTracker();
    await waitForSeq('cam_killed', seq);
    await service.kill();
    expect(await doneSeq('cam_killed')).toBeLessThan(FRAMES);
  }
  await sending;
  startTracker();
  await waitForSeq('cam_killed', FRAMES + 1);
  expect(await rowsOf('cam_killed')).toEqual(withoutPictures(undisturbed));
  expect(new Set(alertsOf('cam_killed')).size).toBe(4);
}, 120_000);

it('leaves the same rows of still frames when the tracker is killed in the middle', async () => {
  const isStill = (seq: number): boolean => seq % 20 > 4;
  const calm = withStillFrames(await film('cam_still_calm'), isStill);
  const killed = withStillFrames(await film('cam_still_killed'), isStill);
  const undisturbedOne = startTracker();
  await send(calm);
  await waitForSeq('cam_still_calm', FRAMES + 1);
  await undisturbedOne.kill();
  const sending = send(killed);
  for (const seq of [30, 95]) {
    const service = startTracker();
    await waitForSeq('cam_still_killed', seq);
    await service.kill();
    expect(await doneSeq('cam_still_killed')).toBeLessThan(FRAMES);
  }
  await sending;
  startTracker();
  await waitForSeq('cam_still_killed', FRAMES + 1);
  expect(await rowsOf('cam_still_killed')).toEqual(await rowsOf('cam_still_calm'));
}, 120_000);

it('leaves the same rows with two trackers at work, one of which dies', async () => {
  const messages = await film('cam_pair');
  const [first] = [startTracker(), startTracker()];
  const sending = send(messages);
  await waitForSeq('cam_pair', 60);
  await first.kill();
  await sending;
  await waitForSeq('cam_pair', FRAMES + 1);
  expect(await rowsOf('cam_pair')).toEqual(withoutPictures(undisturbed));
}, 90_000);

it('goes on by itself after Redis and then PostgreSQL were killed and started again', async () => {
  const messages = await film('cam_servers');
  const service = startTracker();
  await send(messages.slice(0, 60));
  await waitForSeq('cam_servers', 30);
  await redisServer.kill();
  const rest = send(messages.slice(60, 130));
  await redisServer.restart();
  await rest;
  await waitForSeq('cam_servers', 100);
  await postgres.kill();
  await send(messages.slice(130));
  await postgres.restart();
  await waitUntil(async () => {
    expect(await doneSeq('cam_servers').catch(() => 0)).toBe(FRAMES + 1);
  }, 45_000);
  expect(await rowsOf('cam_servers')).toEqual(withoutPictures(undisturbed));
  expect(service.output()).toContain('redis is back');
}, 120_000);

it('writes no picture of a pose-only camera', async () => {
  const messages = await film('cam_private', { privacy: 'pose-only' });
  const pixels = Buffer.alloc(sceneAnalysis.widthPx * sceneAnalysis.heightPx * 3, 90);
  await Promise.all(messages.map((message) => frames.put(message, pixels)));
  startTracker();
  await send(messages);
  await waitForSeq('cam_private', FRAMES + 1);
  expect(await rowsOf('cam_private')).toEqual(withoutPictures(undisturbed));
  expect(existsSync(path.join(dataDir, 'snapshots', 'cam_private'))).toBe(false);
}, 60_000);

it('obeys a rule from the moment a hint says that it changed, and forgets a camera that was deleted', async () => {
  const messages = await film('cam_hint');
  await db.rule.updateMany({ where: { id: 'rul_cam_hint' }, data: { enabled: false } });
  startTracker();
  await send(messages.slice(0, 50));
  await waitForSeq('cam_hint', 50);
  await db.rule.updateMany({ where: { id: 'rul_cam_hint' }, data: { enabled: true } });
  await topics.publish(topicNames.cameraChanged, { type: 'camera.changed', v: 1, cameraId: 'cam_hint' });
  await send(messages.slice(50, 150));
  await waitForSeq('cam_hint', 150);
  expect(await db.event.count({ where: { cameraId: 'cam_hint' } })).toBeGreaterThan(0);
  await db.camera.delete({ where: { id: 'cam_hint' } });
  await send(messages.slice(150));
  await waitUntil(async () => {
    const { waiting, active } = await senders[laneOf('cam_hint', LANES)].counts();
    expect(waiting + active).toBe(0);
  });
  expect(await readCheckpoint(db, 'cam_hint')).toBeNull();
}, 60_000);

it('ends within five seconds of SIGTERM', async () => {
  const service = startTracker();
  await waitUntil(() =>
    Promise.resolve().then(() => {
      expect(service.output()).toContain('tracker runs');
    }),
  );
  const startMs = systemClock.monotonicMs();
  await service.stop();
  expect(systemClock.monotonicMs() - startMs).toBeLessThan(5000);
}, 30_000);
