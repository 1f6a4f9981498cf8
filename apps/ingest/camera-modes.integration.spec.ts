import { readdir } from 'node:fs/promises';
import { analysisSize } from '#geometry/letterbox.js';
import { startOfLive } from '#messaging/live-stream.js';
import { createCamera, updateCamera, type CameraFields } from '#storage/cameras.js';
import { barCodeSize, makeBarCodeClip, readBarCode, rtspCameraScript, startRtspCamera } from '#testing/clips.js';
import type { RtspCamera } from '#testing/clips.js';
import { waitUntil } from '#testing/servers.js';
import { itWithData } from '#testing/shared-data.js';
import { IngestBench, until } from './test-client.js';

let bench: IngestBench;
beforeAll(async () => {
  bench = await IngestBench.open();
  await makeBarCodeClip(bench.at('bars.mp4'), { fps: 25, sec: 4 });
  await makeBarCodeClip(bench.at('still.mp4'), { fps: 25, sec: 9, stillSec: 7 });
}, 60_000);
afterAll(() => bench.close(), 30_000);

/** A test with a real RTSP camera that shows `clip` in a loop, stored as `cameraId`; an ingest process runs it. */
function itWithCamera(
  name: string,
  camera: { readonly cameraId: string; readonly clip?: string; readonly fields?: Partial<CameraFields> },
  body: (rtsp: RtspCamera, cameraId: string) => Promise<void>,
): void {
  const { cameraId, clip = 'bars.mp4', fields = {} } = camera;
  const run = async (): Promise<void> => {
    const rtsp = await startRtspCamera(bench.at(clip), { fps: 25 });
    await createCamera(bench.pipeline.database, cameraId, { name: cameraId, url: rtsp.url, ...fields });
    await bench.start('a');
    try {
      if (fields.enabled !== false) await bench.healthBecomes(cameraId, { state: 'live', problem: null });
      await body(rtsp, cameraId);
    } finally {
      await updateCamera(bench.pipeline.database, cameraId, { enabled: false });
      await bench.stopAll();
      rtsp.signal('SIGCONT');
      await rtsp.stop();
    }
  };
  itWithData(name, [rtspCameraScript], run, 90_000);
}

const newest = (cameraId: string) => bench.pipeline.of(cameraId).at(-1)?.message;

itWithCamera(
  'a pose-only camera is analysed, and no pixel of it is written to disk or offered live',
  { cameraId: 'cam_private', fields: { privacy: 'pose-only' } },
  async (_, cameraId) => {
    const before = await bench.filesIn('.');
    await until(() => {
      expect(bench.pipeline.of(cameraId).length).toBeGreaterThan(20);
    });
    expect(await startOfLive(bench.pipeline.redis, cameraId)).toEqual([]);
    await bench.stopAll();
    expect(await bench.filesIn('.')).toEqual(before);
    expect(bench.pipeline.of(cameraId)[5].pixels).not.toBeNull();
    const [, redisFolder] = (await bench.pipeline.redis.config('GET', 'dir')) as [string, string];
    expect(await readdir(redisFolder)).toEqual([]);
  },
);

itWithCamera(
  'a pose-only camera is not run on a Redis that writes to disk, and says why; it is once Redis does not',
  { cameraId: 'cam_kept', fields: { privacy: 'pose-only', enabled: false } },
  async (_, cameraId) => {
    const { redis, database } = bench.pipeline;
    await redis.config('SET', 'appendonly', 'yes');
    await updateCamera(database, cameraId, { enabled: true });
    await bench.sayChanged(cameraId);
    const problem = expect.stringMatching(/Redis writes .* to disk.*appendonly no/) as unknown;
    await bench.healthBecomes(cameraId, { state: 'reconnecting', problem });
    expect(bench.pipeline.of(cameraId)).toEqual([]);
    await redis.config('SET', 'appendonly', 'no');
    await bench.healthBecomes(cameraId, { state: 'live', problem: null });
  },
);

itWithCamera(
  'a change of profile or of the wide view takes effect while the camera runs, with a new epoch',
  { cameraId: 'cam_wide' },
  async (_, cameraId) => {
    const { database } = bench.pipeline;
    const sized = (areaPx: number) => analysisSize(barCodeSize, { areaPx, stridePx: 32 });
    await until(() => {
      expect(newest(cameraId)).toMatchObject({ profile: 'fast', analysis: sized(384 * 512) });
    });
    const first = newest(cameraId)?.epoch ?? 0;
    await updateCamera(database, cameraId, { wide: true });
    await bench.sayChanged(cameraId);
    await until(() => {
      expect(newest(cameraId)).toMatchObject({ profile: 'fast', epoch: first + 1, analysis: sized(576 * 768) });
    });
    await updateCamera(database, cameraId, { wide: false, profile: 'accurate', modelId: 'pp-tinypose-128' });
    await bench.sayChanged(cameraId);
    await until(() => {
      expect(newest(cameraId)).toMatchObject({ profile: 'accurate', modelId: 'pp-tinypose-128', epoch: first + 2 });
    });
  },
);

itWithCamera(
  'a frozen camera is noticed, said, and connected again once it goes on',
  { cameraId: 'cam_frozen' },
  async (rtsp, cameraId) => {
    await until(() => {
      expect(newest(cameraId)).toBeDefined();
    });
    const epoch = newest(cameraId)?.epoch ?? 0;
    rtsp.signal('SIGSTOP');
    await bench.healthBecomes(cameraId, { state: 'reconnecting', problem: expect.stringContaining(rtsp.url) });
    expect(bench.pipeline.news).toContainEqual(
      expect.objectContaining({ cameraId, epoch, outcome: 'ended', how: 'cut' }),
    );
    rtsp.signal('SIGCONT');
    await bench.healthBecomes(cameraId, { state: 'live', problem: null });
    await until(() => {
      expect(newest(cameraId)?.epoch).toBeGreaterThan(epoch);
    });
  },
);

itWithCamera(
  'a camera goes on by itself after Redis was lost, with all that was in it, and came back',
  { cameraId: 'cam_redis' },
  async (_, cameraId) => {
    await until(() => {
      expect(bench.pipeline.of(cameraId).length).toBeGreaterThan(10);
    });
    await bench.pipeline.redis.flushall();
    await bench.pipeline.servers.redis.kill();
    const seen = bench.pipeline.of(cameraId).length;
    await bench.pipeline.servers.redis.restart();
    await bench.healthBecomes(cameraId, { state: 'live', problem: null });
    await until(() => {
      expect(bench.pipeline.of(cameraId).length).toBeGreaterThan(seen + 20);
    });
    await waitUntil(async () => {
      const live = await startOfLive(bench.pipeline.redis, cameraId);
      expect(live.slice(0, 2)).toMatchObject([{ kind: 'init' }, { kind: 'fragment', keyframe: true }]);
    });
    const keys = bench.pipeline.of(cameraId).map(({ message }) => `${message.epoch}-${message.seq}`);
    expect(new Set(keys).size).toBe(keys.length);
  },
);

itWithCamera(
  'a camera with a motion gate is not analysed while nothing moves, and is when something does',
  { cameraId: 'cam_still', clip: 'still.mp4' },
  async (_, cameraId) => {
    const stillSeqs = () =>
      bench.pipeline.news.filter((news) => news.cameraId === cameraId && news.outcome === 'still');
    const numbers = () =>
      bench.pipeline.of(cameraId).map(({ message, pixels }) => (pixels ? readBarCode(pixels, message.analysis) : 0));
    await until(() => {
      expect(stillSeqs().length).toBeGreaterThan(30);
    });
    const before = numbers().length;
    await until(() => {
      expect(
        numbers()
          .slice(before)
          .filter((number) => number > 0).length,
      ).toBeGreaterThan(10);
      expect(stillSeqs().length).toBeGreaterThan(80);
    });
    expect(numbers().length).toBeLessThan(stillSeqs().length);
  },
);
