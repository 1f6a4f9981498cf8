import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { systemClock } from '#base/clock.js';
import { seededRandom } from '#base/random.js';
import { readSettings } from '#config/settings.js';
import { openSecretBox } from '#security/secret-box.js';
import { openDatabase } from '#storage/database.js';
import { PipelineEnd } from '#testing/pipeline-end.js';
import { waitUntil } from '#testing/servers.js';
import { IngestService } from './ingest.service.js';
import { topics as topicNames } from '#contracts/channels.js';
import { readCheckpoint } from '#storage/checkpoints.js';
import { createVideo, setVideoStatus, videoById, type StoredVideo } from '#storage/videos.js';
import { barCodeSize, makeBarCodeClip, readBarCode } from '#testing/clips.js';

const log = pino({ level: 'silent' });
let pipeline: PipelineEnd;

async function startIngest(instance: string): Promise<IngestService> {
  const settings = readSettings({
    DATABASE_URL: pipeline.servers.postgres.url,
    REDIS_URL: pipeline.servers.redis.url,
    POSEWATCH_DATA_DIR: pipeline.dataDir,
    POSEWATCH_MODELS_DIR: pipeline.dataDir,
    POSEWATCH_LANES: String(pipeline.laneCount),
    POSEWATCH_FILE_IN_FLIGHT: '4',
  });
  const service = new IngestService({
    ...{ settings, log, instance, clock: systemClock, random: seededRandom(1) },
    database: await openDatabase(pipeline.servers.postgres.url, log),
    secretBox: openSecretBox(pipeline.dataDir),
  });
  await service.onApplicationBootstrap();
  return service;
}

beforeAll(async () => {
  pipeline = await PipelineEnd.start();
  await makeBarCodeClip(path.join(pipeline.dataDir, 'bars.mp4'), { fps: 25, sec: 4 });
}, 60_000);
afterAll(() => pipeline.stop(), 30_000);
beforeEach(() => {
  pipeline.frames.length = 0;
  pipeline.news.length = 0;
  pipeline.paused = false;
});

async function addVideo(id: string, name: string, fps = 10): Promise<void> {
  await createVideo(pipeline.database, {
    id,
    fileName: name,
    path: path.join(pipeline.dataDir, name),
    bytes: 1,
    startedAtMs: 5000,
    fps,
  });
}

async function finished(id: string): Promise<StoredVideo> {
  return waitFor(async () => {
    const video = await videoById(pipeline.database, id);
    if (video === null || !/done|failed|cancelled/.test(video.status))
      throw new Error(`${id} is ${String(video?.status)}`);
    return video;
  });
}

async function waitFor<T>(read: () => Promise<T>): Promise<T> {
  const found: T[] = [];
  await waitUntil(async () => found.push(await read()));
  return found[0];
}

describe('an uploaded file', () => {
  it('is analysed frame by frame and finished', async () => {
    await addVideo('vid_whole', 'bars.mp4');
    const ingest = await startIngest('a');
    const video = await finished('vid_whole');
    await ingest.onApplicationShutdown();
    expect(video).toMatchObject({
      status: 'done',
      problem: null,
      frameCount: 40,
      codec: 'h264',
      durationUs: 4_000_000n,
    });
    expect(video.camera).toMatchObject({ sourceWidthPx: barCodeSize.widthPx, sourceHeightPx: barCodeSize.heightPx });
    const frames = pipeline.of('vid_whole');
    expect(frames.map(({ message }) => message.seq)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    for (const { message, pixels } of frames) {
      expect(message).toMatchObject({ epoch: 0, policy: 'file', expiresAtMs: null, source: barCodeSize });
      expect(message.capturedAtMs).toBe(5000 + message.ptsUs / 1000);
      expect(message.ptsUs).toBe(readBarCode(pixels ?? Buffer.alloc(0), message.analysis) * 40_000);
    }
    expect(pipeline.news).toMatchObject([{ cameraId: 'vid_whole', outcome: 'ended', seq: 40, how: 'complete' }]);
  }, 30_000);

  it('goes on where it was after its ingest process ended, and is not run by two at once', async () => {
    pipeline.paused = true;
    await addVideo('vid_resumed', 'bars.mp4', 0);
    const first = await startIngest('a');
    await waitUntil(async () => {
      expect((await videoById(pipeline.database, 'vid_resumed'))?.status).toBe('analysing');
    });
    pipeline.paused = false;
    await waitUntil(async () => {
      expect((await readCheckpoint(pipeline.database, 'vid_resumed'))?.nextSeq).toBeGreaterThan(10);
    });
    await first.onApplicationShutdown();
    expect((await videoById(pipeline.database, 'vid_resumed'))?.status).toBe('analysing');
    const [second, third] = await Promise.all([startIngest('b'), startIngest('c')]);
    const video = await finished('vid_resumed');
    await Promise.all([second, third].map((ingest) => ingest.onApplicationShutdown()));
    expect(video).toMatchObject({ status: 'done', frameCount: 100 });
    const seqs = pipeline.of('vid_resumed').map(({ message }) => message.seq);
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
    await setVideoStatus(pipeline.database, 'vid_cancelled', {
      status: 'cancelled',
      at: new Date(systemClock.nowMs()),
    });
    await pipeline.topics.publish(topicNames.cameraChanged, {
      type: 'camera.changed',
      v: 1,
      cameraId: 'vid_cancelled',
    });
    await waitUntil(() =>
      Promise.resolve().then(() => {
        expect(pipeline.news.at(-1)).toMatchObject({ cameraId: 'vid_cancelled', outcome: 'ended', how: 'cut' });
      }),
    );
    pipeline.paused = false;
    await ingest.onApplicationShutdown();
    expect((await videoById(pipeline.database, 'vid_cancelled'))?.status).toBe('cancelled');
    expect(pipeline.of('vid_cancelled').length).toBeLessThan(100);
  }, 30_000);

  it('that is none is refused with a reason; a damaged one is analysed as far as it goes', async () => {
    const whole = await readFile(path.join(pipeline.dataDir, 'bars.mp4'));
    await writeFile(path.join(pipeline.dataDir, 'text.mp4'), 'this is no video\n');
    await writeFile(path.join(pipeline.dataDir, 'empty.mp4'), '');
    await writeFile(path.join(pipeline.dataDir, 'cut.mp4'), whole.subarray(0, whole.length - 3000));
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
