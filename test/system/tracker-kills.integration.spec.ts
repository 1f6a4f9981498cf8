import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { seededRandom } from '#base/random.js';
import { VIDEOS_QUEUE } from '#contracts/channels.js';
import type { VideoUploaded } from '#contracts/video-uploaded.js';
import { openSender, type Sender } from '#messaging/queues.js';
import { readCheckpoint } from '#storage/checkpoints.js';
import { openDatabase, type Database } from '#storage/database.js';
import { migrate } from '#storage/migrate.js';
import { createRule } from '#storage/rules.js';
import { createVideo, videoById } from '#storage/videos.js';
import { createZone } from '#storage/zones.js';
import { runFfmpeg } from '#testing/clips.js';
import { startPostgres, startRedis, waitUntil, type TestServer } from '#testing/servers.js';
import { buildServices, startService, type ServiceProcess } from '#testing/service-process.js';
import { writeTinyPoseModel } from '#testing/tiny-pose-model.js';

/** Guarantee 2, the hard way: a whole upload through real services, whose tracker dies without a word ten times. */
const KILLS = 10;
const SEED = 20_261_121;
const FRAMES = 300;
const FPS = 20;
const CELL_PX = 4;

const log = pino({ level: 'silent' });
const running: ServiceProcess[] = [];
let redis: TestServer;
let postgres: TestServer;
let db: Database;
let videos: Sender<VideoUploaded>;
let folder: string;

/** Somebody walks through the picture twice, a slower person meets them and goes out at the other side. */
async function film(file: string): Promise<void> {
  const ground = `color=black:s=512x384:r=${FPS}:d=${FRAMES / FPS}`;
  const cell = `color=white:s=${CELL_PX}x${CELL_PX}:r=${FPS}:d=${FRAMES / FPS}`;
  const [first, second] = [`${CELL_PX}*mod(n,170)`, `508-${CELL_PX}*floor(n/2)`];
  const walks = `[0][1]overlay=x='${first}':y=200[one];[one][2]overlay=x='${second}':y=232,format=yuv420p`;
  const inputs = [ground, cell, cell].flatMap((source) => ['-f', 'lavfi', '-i', source]);
  await runFfmpeg([...inputs, '-filter_complex', walks, '-qp', '0', '-bf', '2', '-g', '20', file]);
}

function start(name: 'ingest' | 'inference' | 'tracker'): ServiceProcess {
  const service = startService(name, {
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    POSEWATCH_DATA_DIR: folder,
    POSEWATCH_MODELS_DIR: folder,
    POSEWATCH_PROVIDERS: 'cpu',
    POSEWATCH_SESSIONS: '1',
  });
  running.push(service);
  return service;
}

beforeAll(async () => {
  buildServices();
  [redis, postgres] = await Promise.all([startRedis(), startPostgres()]);
  folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-kills-'));
  writeTinyPoseModel(path.join(folder, 'movenet-multipose.onnx'));
  await film(path.join(folder, 'walkers.mp4'));
  await migrate(postgres.url, path.resolve('prisma/migrations'), log);
  db = await openDatabase(postgres.url, log);
  videos = openSender({ redisUrl: redis.url, queue: VIDEOS_QUEUE, log });
  start('ingest');
  start('inference');
}, 60_000);

afterAll(async () => {
  await Promise.all(running.map((service) => service.stop()));
  await videos.close();
  await db.$disconnect();
  await Promise.all([redis.stop(), postgres.stop()]);
  await rm(folder, { recursive: true });
}, 60_000);

/** Hands the clip in under a name of its own, with a gate in the middle that nobody may enter. */
async function upload(cameraId: string): Promise<void> {
  const file = path.join(folder, 'walkers.mp4');
  const { size: bytes } = await stat(file);
  await createVideo(db, { id: cameraId, fileName: 'walkers.mp4', path: file, bytes, fps: 0 });
  const polygon: [number, number][] = [
    [0.4, 0],
    [0.6, 0],
    [0.6, 1],
    [0.4, 1],
  ];
  await createZone(db, { id: `zon_${cameraId}`, cameraId, name: 'Gate', polygon });
  const [zoneId, params] = [`zon_${cameraId}`, { dwellSec: 0.3 }];
  await createRule(db, {
    id: `rul_${cameraId}`,
    kind: 'intrusion',
    name: 'No entry',
    cameraId,
    zoneId,
    params,
    enabled: true,
  });
  await videos.send(cameraId, { type: 'video.uploaded', v: 1, cameraId });
}

async function nextSeq(cameraId: string): Promise<number> {
  return (await readCheckpoint(db, cameraId))?.nextSeq ?? 0;
}

/** All rows that the upload left, with its id taken out. */
async function finished(cameraId: string): Promise<{ tracks: object[]; segments: object[]; events: object[] }> {
  await waitUntil(async () => {
    expect((await videoById(db, cameraId))?.status).toBe('done');
  }, 120_000);
  const where = { cameraId };
  const tracks = await db.track.findMany({ where, orderBy: { trackNo: 'asc' } });
  const segments = await db.trackSegment.findMany({ where, orderBy: [{ trackNo: 'asc' }, { segmentNo: 'asc' }] });
  const events = await db.event.findMany({ where, orderBy: { id: 'asc' } });
  const { framesDone, dropped } = (await videoById(db, cameraId)) ?? {};
  expect({ framesDone, dropped }).toEqual({ framesDone: FRAMES, dropped: {} });
  const text = JSON.stringify({ tracks, segments, events }, (key, value: unknown) => {
    if (key === 'snapshotPath') return null; // whether the pixels were still there is not part of the promise
    return typeof value === 'bigint' ? Number(value) : value;
  });
  return JSON.parse(text.replaceAll(cameraId, 'CAMERA')) as Awaited<ReturnType<typeof finished>>;
}

it('leaves the same rows of the same upload, with the tracker killed at ten random moments or left in peace', async () => {
  let tracker = start('tracker');
  await upload('vid_calm');
  const undisturbed = await finished('vid_calm');
  expect(undisturbed.tracks).toEqual([
    expect.objectContaining({ trackNo: 1, closed: true }),
    expect.objectContaining({ trackNo: 2, closed: true }),
    expect.objectContaining({ trackNo: 3, closed: true }),
  ]);
  expect(undisturbed.events).toHaveLength(3);
  await upload('vid_again');
  expect(await finished('vid_again')).toEqual(undisturbed);
  await tracker.kill();

  const random = seededRandom(SEED);
  const moments = Array.from({ length: KILLS }, () => 1 + Math.floor(random() * (FRAMES - 40))).sort((a, b) => a - b);
  const delaysMs = moments.map(() => Math.floor(random() * 25));
  process.stdout.write(`tracker killed (seed ${SEED}) from frame ${moments.join(', ')} on\n`);
  await upload('vid_killed');
  const killedAt: number[] = [];
  for (const [index, moment] of moments.entries()) {
    tracker = start('tracker');
    await waitUntil(async () => {
      expect(await nextSeq('vid_killed')).toBeGreaterThanOrEqual(moment);
    }, 60_000);
    await sleep(delaysMs[index]); // anywhere within a step, not only where it has just been stored
    await tracker.kill();
    killedAt.push(await nextSeq('vid_killed'));
  }
  process.stdout.write(`tracker killed at frame ${killedAt.join(', ')}\n`);
  expect(killedAt.at(-1)).toBeLessThan(FRAMES);
  start('tracker');
  expect(await finished('vid_killed')).toEqual(undisturbed);
}, 600_000);
