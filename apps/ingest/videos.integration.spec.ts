import { readFile, writeFile } from 'node:fs/promises';
import { systemClock } from '#base/clock.js';
import { readCheckpoint } from '#storage/checkpoints.js';
import { setVideoStatus, videoById } from '#storage/videos.js';
import { barCodeSize, makeBarCodeClip, readBarCode } from '#testing/clips.js';
import type { PipelineEnd } from '#testing/pipeline-end.js';
import { waitUntil } from '#testing/servers.js';
import { IngestBench, until } from './test-client.js';

let bench: IngestBench;
let pipeline: PipelineEnd;
beforeAll(async () => {
  bench = await IngestBench.open();
  pipeline = bench.pipeline;
  await makeBarCodeClip(bench.at('bars.mp4'), { fps: 25, sec: 4 });
}, 60_000);
afterAll(() => bench.close(), 30_000);
beforeEach(() => {
  pipeline.frames.length = 0;
  pipeline.news.length = 0;
  pipeline.paused = false;
});
afterEach(() => bench.stopAll(), 30_000);

describe('an uploaded file', () => {
  it('is analysed frame by frame and finished', async () => {
    await bench.addVideo('vid_whole', 'bars.mp4');
    await bench.start('a');
    const video = await bench.finished('vid_whole');
    await bench.stopAll();
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
    await bench.addVideo('vid_resumed', 'bars.mp4', { fps: 0 });
    const first = await bench.start('a');
    await waitUntil(async () => {
      expect((await videoById(pipeline.database, 'vid_resumed'))?.status).toBe('analysing');
    });
    pipeline.paused = false;
    await waitUntil(async () => {
      expect((await readCheckpoint(pipeline.database, 'vid_resumed'))?.nextSeq).toBeGreaterThan(10);
    });
    await bench.end(first);
    expect((await videoById(pipeline.database, 'vid_resumed'))?.status).toBe('analysing');
    await Promise.all([bench.start('b'), bench.start('c')]);
    const video = await bench.finished('vid_resumed');
    expect(video).toMatchObject({ status: 'done', frameCount: 100 });
    const seqs = pipeline.of('vid_resumed').map(({ message }) => message.seq);
    expect(new Set(seqs).size).toBe(100);
    expect(seqs.length).toBeLessThanOrEqual(100 + 8);
  }, 40_000);

  it('sends frames again, after the pause, whose pixels Redis has lost', async () => {
    pipeline.paused = true;
    await bench.addVideo('vid_lost', 'bars.mp4');
    await bench.start('a', { POSEWATCH_FILE_RESEND_MS: '1000' });
    await waitUntil(async () => {
      expect(await pipeline.redis.keys('frame:vid_lost:*')).toHaveLength(4);
    });
    await pipeline.redis.del(await pipeline.redis.keys('frame:vid_lost:*'));
    pipeline.paused = false;
    const video = await bench.finished('vid_lost');
    const frames = pipeline.of('vid_lost');
    const lost = frames.filter(({ pixels }) => pixels === null).map(({ message }) => message.seq);
    expect(new Set(lost)).toEqual(new Set([0, 1, 2, 3]));
    const arrived = frames.filter(({ pixels }) => pixels !== null).map(({ message }) => message.seq);
    expect(new Set(arrived).size).toBe(40);
    expect(video).toMatchObject({ status: 'done', frameCount: 40 });
  }, 40_000);

  it('goes on by itself after Redis was lost, with all that was in it, and came back', async () => {
    await bench.addVideo('vid_redis', 'bars.mp4', { fps: 0 });
    await bench.start('a', { POSEWATCH_FILE_RESEND_MS: '1000' });
    await until(() => {
      expect(pipeline.of('vid_redis').length).toBeGreaterThan(20);
    });
    await pipeline.redis.flushall();
    await pipeline.servers.redis.kill();
    await pipeline.servers.redis.restart();
    const video = await bench.finished('vid_redis');
    expect(video).toMatchObject({ status: 'done', frameCount: 100 });
    expect(new Set(pipeline.of('vid_redis').map(({ message }) => message.seq)).size).toBe(100);
  }, 60_000);

  it('with a motion gate is analysed where something moves, from the first frame on, and once each heartbeat elsewhere', async () => {
    await makeBarCodeClip(bench.at('still.mp4'), { fps: 25, sec: 10, stillSec: 8 });
    await bench.addVideo('vid_gate', 'still.mp4', { motionGate: true });
    await bench.start('a');
    expect(await bench.finished('vid_gate')).toMatchObject({ status: 'done', frameCount: 100 });
    const analysed = pipeline.of('vid_gate').map(({ message }) => message.seq);
    const still = pipeline.news.filter(({ outcome }) => outcome === 'still').map(({ seq }) => seq);
    expect([...analysed, ...still].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    const moves = Array.from({ length: 19 }, (_, i) => 81 + i); // at 8 s the still picture stands for the last time
    expect(analysed).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 29, 49, 69, ...moves]);
    expect(await pipeline.redis.keys('frame:vid_gate:*')).toHaveLength(analysed.length);
  }, 40_000);

  it('stops when it is cancelled', async () => {
    await bench.addVideo('vid_cancelled', 'bars.mp4', { fps: 0 });
    await bench.start('a');
    await until(() => {
      expect(pipeline.of('vid_cancelled').length).toBeGreaterThan(3);
    });
    pipeline.paused = true;
    await setVideoStatus(pipeline.database, 'vid_cancelled', {
      status: 'cancelled',
      at: new Date(systemClock.nowMs()),
    });
    await bench.sayChanged('vid_cancelled');
    await until(() => {
      expect(pipeline.news.at(-1)).toMatchObject({ cameraId: 'vid_cancelled', outcome: 'ended', how: 'cut' });
    });
    pipeline.paused = false;
    await bench.stopAll();
    expect((await videoById(pipeline.database, 'vid_cancelled'))?.status).toBe('cancelled');
    expect(pipeline.of('vid_cancelled').length).toBeLessThan(100);
  }, 30_000);

  it('that is none is refused with a reason; a damaged one is analysed as far as it goes', async () => {
    const whole = await readFile(bench.at('bars.mp4'));
    await writeFile(bench.at('text.mp4'), 'this is no video\n');
    await writeFile(bench.at('empty.mp4'), '');
    await writeFile(bench.at('cut.mp4'), whole.subarray(0, whole.length - 3000));
    for (const name of ['text', 'empty', 'cut']) await bench.addVideo(`vid_${name}`, `${name}.mp4`);
    await bench.start('a');
    const [text, empty, cut] = await Promise.all(['text', 'empty', 'cut'].map((name) => bench.finished(`vid_${name}`)));
    await bench.stopAll();
    expect(text).toMatchObject({
      status: 'failed',
      problem: expect.stringMatching(/text\.mp4.*not a video/) as string,
    });
    expect(empty).toMatchObject({ status: 'failed', problem: expect.stringMatching(/empty\.mp4.*0 bytes/) as string });
    expect(cut.problem).toMatch(/cut\.mp4.*cut off/);
  }, 30_000);
});
