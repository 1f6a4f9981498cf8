import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { z } from 'zod';
import { systemClock } from '#base/clock.js';
import { seededRandom } from '#base/random.js';
import { readSettings } from '#config/settings.js';
import { cameraHealth, type CameraHealth } from '#contracts/camera-health.js';
import { FRAMES_QUEUE, healthKey, laneOf, lanesQueue, topics as topicNames } from '#contracts/channels.js';
import { frameCaptured, type FrameCaptured } from '#contracts/frame-captured.js';
import { posesEstimated, type PosesEstimated } from '#contracts/poses-estimated.js';
import { frameStore } from '#frames/frame-store.js';
import { openFileSession } from '#media/file-session.js';
import { openKeyValues } from '#messaging/key-values.js';
import { startOfLive } from '#messaging/live-stream.js';
import { openReceiver, type Receiver } from '#messaging/queues.js';
import { closeRedis, openRedis, type Redis } from '#messaging/redis.js';
import { openTopics, type Topics } from '#messaging/topics.js';
import { openSecretBox } from '#security/secret-box.js';
import { createCamera, updateCamera } from '#storage/cameras.js';
import { readCheckpoint, saveStep } from '#storage/checkpoints.js';
import { openDatabase, type Database } from '#storage/database.js';
import { migrate } from '#storage/migrate.js';
import { createVideo, setVideoStatus, videoById, type StoredVideo } from '#storage/videos.js';
import { barCodeSize, makeBarCodeClip, readBarCode, rtspCameraScript, startRtspCamera } from '#testing/clips.js';
import { startPostgres, startRedis, waitUntil, type TestServer } from '#testing/servers.js';
import { itWithData } from '#testing/shared-data.js';
import { IngestService } from './ingest.service.js';

const log = pino({ level: 'silent' });
const LANES = 2;

let redisServer: TestServer;
let postgres: TestServer;
let database: Database;
let redis: Redis;
let topics: Topics;
let dataDir = '';
let receivers: Receiver[] = [];

/** What stands at the other end here: takes frames and news as inference and tracker do, and acknowledges them. */
class Pipeline {
  readonly frames: { readonly message: FrameCaptured; readonly pixels: Buffer | null }[] = [];
  readonly news: PosesEstimated[] = [];
  /** Frames are taken from the queue but not acknowledged. */
  paused = false;
  private readonly done = new Map<string, Set<number>>();
  private readonly store = frameStore(openKeyValues(redis), 60_000);

  async frame(message: FrameCaptured): Promise<void> {
    while (this.paused) await new Promise((resolve) => setTimeout(resolve, 20));
    this.frames.push({ message, pixels: await this.store.get(message) });
    await this.finish(message);
  }

  async tell(message: PosesEstimated): Promise<void> {
    this.news.push(message);
    await this.finish(message);
  }

  of(cameraId: string): FrameCaptured[] {
    return this.frames.map(({ message }) => message).filter((message) => message.cameraId === cameraId);
  }

  private async finish(message: { cameraId: string; epoch: number; seq: number }): Promise<void> {
    const { cameraId, epoch, seq } = message;
    const key = `${cameraId} ${epoch}`;
    const done = this.done.get(key) ?? new Set();
    this.done.set(key, done.add(seq));
    let nextSeq = 0;
    while (done.has(nextSeq)) nextSeq++;
    const { version = 0, ...before } = (await readCheckpoint(database, cameraId)) ?? {};
    if ('epoch' in before && (before.epoch > epoch || (before.epoch === epoch && before.nextSeq >= nextSeq))) return;
    const checkpoint = { cameraId, epoch, nextSeq, version, state: new Uint8Array(0) };
    await saveStep(database, { checkpoint, tracks: [], segments: [], started: [], ended: [], video: null }).catch(
      () => undefined,
    );
    await topics.publish(topicNames.tracksUpdated, { cameraId, epoch, seq: nextSeq - 1 });
  }
}

let pipeline: Pipeline;

async function startIngest(instance: string): Promise<IngestService> {
  const settings = readSettings({
    DATABASE_URL: postgres.url,
    REDIS_URL: redisServer.url,
    POSEWATCH_DATA_DIR: dataDir,
    POSEWATCH_MODELS_DIR: dataDir,
    POSEWATCH_LANES: String(LANES),
    POSEWATCH_RTSP_TIMEOUT_MS: '1500',
    POSEWATCH_RECONNECT_MAX_MS: '1000',
    POSEWATCH_FILE_IN_FLIGHT: '4',
  });
  const service = new IngestService({
    ...{ settings, log, instance, clock: systemClock, random: seededRandom(1) },
    database: await openDatabase(postgres.url, log),
    secretBox: openSecretBox(dataDir),
  });
  await service.onApplicationBootstrap();
  return service;
}

async function addVideo(id: string, name: string, fps = 10): Promise<void> {
  await createVideo(database, { id, fileName: name, path: path.join(dataDir, name), bytes: 1, startedAtMs: 5000, fps });
}

async function finished(id: string): Promise<StoredVideo> {
  let video: StoredVideo | null = null;
  await waitUntil(async () => {
    video = await videoById(database, id);
    expect(video?.status).toMatch(/done|failed|cancelled/);
  });
  if (video === null) throw new Error(`no video ${id}`);
  return video;
}

beforeAll(async () => {
  [redisServer, postgres] = await Promise.all([startRedis(), startPostgres()]);
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'posewatch-ingest-'));
  await migrate(postgres.url, path.resolve('prisma/migrations'), log);
  database = await openDatabase(postgres.url, log);
  redis = openRedis(redisServer.url, log);
  topics = openTopics(redisServer.url, log);
  pipeline = new Pipeline();
  const common = { redisUrl: redisServer.url, log, concurrency: 1 };
  receivers = [
    openReceiver({
      ...common,
      queue: FRAMES_QUEUE,
      schema: frameCaptured,
      exclusive: false,
      handle: (m) => pipeline.frame(m),
    }),
    ...Array.from({ length: LANES }, (_, lane) =>
      openReceiver({
        ...common,
        ...{ queue: lanesQueue(lane), schema: posesEstimated, exclusive: true, handle: (m) => pipeline.tell(m) },
      }),
    ),
  ];
  await makeBarCodeClip(path.join(dataDir, 'bars.mp4'), { fps: 25, sec: 4 });
}, 60_000);

beforeEach(() => {
  pipeline.frames.length = 0;
  pipeline.news.length = 0;
  pipeline.paused = false;
});

afterAll(async () => {
  await Promise.all(receivers.map((receiver) => receiver.close()));
  await topics.close();
  await closeRedis(redis);
  await database.$disconnect();
  await Promise.all([redisServer.stop(), postgres.stop()]);
  await rm(dataDir, { recursive: true, force: true });
}, 30_000);

describe('an uploaded file', () => {
  it('is analysed frame by frame and finished', async () => {
    await addVideo('vid_whole', 'bars.mp4');
    const ingest = await startIngest('a');
    const video = await finished('vid_whole');
    await ingest.onApplicationShutdown();
    expect(video).toMatchObject({
      status: 'done',
      problem: null,
      frameCount: 41,
      codec: 'h264',
      durationUs: 4_000_000n,
    });
    expect(video.camera).toMatchObject({ sourceWidthPx: barCodeSize.widthPx, sourceHeightPx: barCodeSize.heightPx });
    const frames = pipeline.frames.filter(({ message }) => message.cameraId === 'vid_whole');
    expect(frames.map(({ message }) => message.seq)).toEqual(Array.from({ length: 41 }, (_, i) => i));
    for (const { message, pixels } of frames) {
      expect(message).toMatchObject({ epoch: 0, policy: 'file', expiresAtMs: null, source: barCodeSize });
      expect(message.capturedAtMs).toBe(5000 + message.ptsUs / 1000);
      expect(message.ptsUs).toBe(readBarCode(pixels ?? Buffer.alloc(0), message.analysis) * 40_000);
    }
    expect(pipeline.news).toMatchObject([{ cameraId: 'vid_whole', outcome: 'ended', seq: 41, how: 'complete' }]);
  }, 30_000);

  it('goes on where it was after its ingest process ended, and is not run by two at once', async () => {
    pipeline.paused = true;
    await addVideo('vid_resumed', 'bars.mp4', 0);
    const first = await startIngest('a');
    await waitUntil(async () => {
      expect((await videoById(database, 'vid_resumed'))?.status).toBe('analysing');
    });
    pipeline.paused = false;
    await waitUntil(async () => {
      expect((await readCheckpoint(database, 'vid_resumed'))?.nextSeq).toBeGreaterThan(10);
    });
    await first.onApplicationShutdown();
    expect((await videoById(database, 'vid_resumed'))?.status).toBe('analysing');
    const [second, third] = await Promise.all([startIngest('b'), startIngest('c')]);
    const video = await finished('vid_resumed');
    await Promise.all([second, third].map((ingest) => ingest.onApplicationShutdown()));
    expect(video).toMatchObject({ status: 'done', frameCount: 100 });
    const seqs = pipeline.of('vid_resumed').map((message) => message.seq);
    expect(new Set(seqs).size).toBe(100);
    expect(seqs.length).toBeLessThanOrEqual(100 + 8);
  }, 40_000);

  it('stops when it is cancelled', async () => {
    await addVideo('vid_cancelled', 'bars.mp4', 0);
    const ingest = await startIngest('a');
    await waitUntil(() =>
      Promise.resolve().then(() => {
        expect(pipeline.of('vid_cancelled').length).toBeGreaterThan(3);
      }),
    );
    pipeline.paused = true;
    await setVideoStatus(database, 'vid_cancelled', { status: 'cancelled', at: new Date() });
    await topics.publish(topicNames.cameraChanged, { type: 'camera.changed', v: 1, cameraId: 'vid_cancelled' });
    await waitUntil(() =>
      Promise.resolve().then(() => {
        expect(pipeline.news.at(-1)).toMatchObject({ cameraId: 'vid_cancelled', outcome: 'ended', how: 'cut' });
      }),
    );
    pipeline.paused = false;
    await ingest.onApplicationShutdown();
    expect((await videoById(database, 'vid_cancelled'))?.status).toBe('cancelled');
    expect(pipeline.of('vid_cancelled').length).toBeLessThan(100);
  }, 30_000);

  it('that is none is refused with a reason; a damaged one is analysed as far as it goes', async () => {
    const whole = await readFile(path.join(dataDir, 'bars.mp4'));
    await writeFile(path.join(dataDir, 'text.mp4'), 'this is no video\n');
    await writeFile(path.join(dataDir, 'empty.mp4'), '');
    await writeFile(path.join(dataDir, 'cut.mp4'), whole.subarray(0, whole.length - 3000));
    for (const name of ['text', 'empty', 'cut']) await addVideo(`vid_${name}`, `${name}.mp4`);
    const ingest = await startIngest('a');
    const [text, empty, cut] = await Promise.all(['text', 'empty', 'cut'].map((name) => finished(`vid_${name}`)));
    await ingest.onApplicationShutdown();
    expect(text).toMatchObject({
      status: 'failed',
      problem: expect.stringMatching(/text\.mp4.*not a video/) as string,
    });
    expect(empty).toMatchObject({ status: 'failed', problem: expect.stringMatching(/empty\.mp4.*0 bytes/) as string });
    expect(cut.problem).toMatch(/cut\.mp4.*cut off/);
  }, 30_000);
});

describe('a live camera', () => {
  itWithData(
    'is analysed, shown and recorded; comes back with a new epoch; drops the oldest waiting frame when nobody keeps up',
    [rtspCameraScript],
    async () => {
      const login = { user: 'guard', password: 'p@ss:w/rd' };
      const camera = await startRtspCamera(path.join(dataDir, 'bars.mp4'), { fps: 25, login });
      const box = openSecretBox(dataDir);
      await createCamera(database, 'cam_live', {
        ...{ name: 'Door', url: camera.url },
        credentials: box.seal(`guard:${encodeURIComponent(login.password)}`),
      });
      const keyValues = openKeyValues(redis);
      const health = (): Promise<CameraHealth | null> => keyValues.getJson(healthKey('cam_live'), cameraHealth);
      const expectHealth = (expected: Record<string, unknown>): Promise<void> =>
        waitUntil(async () => {
          expect(await health()).toMatchObject(expected);
        }, 25_000);
      const ingests = await Promise.all([startIngest('a'), startIngest('b')]);
      try {
        await waitUntil(async () => {
          const now = await health();
          expect(now).toMatchObject({ state: 'live', epoch: 1, problem: null, reconnects: 0 });
          expect(now?.fpsIn).toBeGreaterThan(20);
          expect(now?.fpsIn).toBeLessThan(30);
          expect(now?.fpsCaptured).toBeGreaterThan(7);
        });
        const frames = pipeline.of('cam_live');
        expect(new Set(frames.map(({ epoch, seq }) => `${epoch}-${seq}`)).size).toBe(frames.length);
        expect(new Set(frames.map(({ epoch }) => epoch))).toEqual(new Set([1]));
        expect(frames.find(({ seq }) => seq === 0)).toMatchObject({ policy: 'live', source: barCodeSize });
        const live = await startOfLive(redis, 'cam_live');
        expect(live[0].kind).toBe('init');
        expect(live[1]).toMatchObject({ kind: 'fragment', keyframe: true, epoch: 1 });

        pipeline.paused = true;
        await waitUntil(() =>
          Promise.resolve().then(() => {
            expect(pipeline.news.filter(isOverloaded).length).toBeGreaterThan(5);
          }),
        );
        pipeline.paused = false;

        camera.signal('SIGKILL');
        await expectHealth({ state: 'reconnecting', problem: expect.stringContaining(camera.url) as string });
        await camera.restart();
        await expectHealth({ state: 'live', problem: null });
        const back = await health();
        expect(back?.epoch).toBe(2);
        expect(pipeline.news).toContainEqual(expect.objectContaining({ epoch: 1, outcome: 'ended', how: 'cut' }));

        await updateCamera(database, 'cam_live', { credentials: box.seal('guard:wrong') });
        await topics.publish(topicNames.cameraChanged, { type: 'camera.changed', v: 1, cameraId: 'cam_live' });
        await expectHealth({ state: 'refused', problem: expect.stringContaining('user name or password') as string });
      } finally {
        await Promise.all(ingests.map((ingest) => ingest.onApplicationShutdown()));
        await camera.stop();
      }
      const folder = path.join(dataDir, 'recordings', 'cam_live', '1');
      const [first] = await readdir(folder);
      const recording = await openFileSession(path.join(folder, first), {
        source: barCodeSize,
        analysis: { widthPx: 320, heightPx: 192 },
        fps: 0,
      });
      const recorded: { ptsUs: number }[] = [];
      for await (const frame of recording.frames) recorded.push(frame);
      await recording.stop();
      expect(recorded[0].ptsUs).toBe(Number(path.basename(first, '.mp4')));
      expect(recorded.length).toBeGreaterThan(50);
      expect(z.array(z.string()).parse(await readdir(path.join(dataDir, 'recordings', 'cam_live')))).toContain('2');
    },
    90_000,
  );
});

function isOverloaded(message: PosesEstimated): boolean {
  expect(laneOf(message.cameraId, LANES)).toBeLessThan(LANES);
  return message.outcome === 'skipped' && message.reason === 'overloaded';
}
