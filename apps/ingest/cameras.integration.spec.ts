import { readdir } from 'node:fs/promises';
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
import { cameraHealth, type CameraHealth } from '#contracts/camera-health.js';
import { healthKey, topics as topicNames } from '#contracts/channels.js';
import type { PosesEstimated } from '#contracts/poses-estimated.js';
import { openFileSession } from '#media/file-session.js';
import { openKeyValues } from '#messaging/key-values.js';
import { startOfLive } from '#messaging/live-stream.js';
import { createCamera, updateCamera } from '#storage/cameras.js';
import { barCodeSize, makeBarCodeClip, rtspCameraScript, startRtspCamera } from '#testing/clips.js';
import { itWithData } from '#testing/shared-data.js';

const log = pino({ level: 'silent' });
let pipeline: PipelineEnd;

async function startIngest(instance: string): Promise<IngestService> {
  const settings = readSettings({
    DATABASE_URL: pipeline.servers.postgres.url,
    REDIS_URL: pipeline.servers.redis.url,
    POSEWATCH_DATA_DIR: pipeline.dataDir,
    POSEWATCH_MODELS_DIR: pipeline.dataDir,
    POSEWATCH_LANES: String(pipeline.laneCount),
    POSEWATCH_RTSP_TIMEOUT_MS: '3000',
    POSEWATCH_RECONNECT_MAX_MS: '1000',
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

describe('a live camera', () => {
  itWithData(
    'is analysed, shown and recorded; comes back with a new epoch; drops the oldest waiting frame when nobody keeps up',
    [rtspCameraScript],
    async () => {
      const login = { user: 'guard', password: 'p@ss:w/rd' };
      const camera = await startRtspCamera(path.join(pipeline.dataDir, 'bars.mp4'), { fps: 25, login });
      const box = openSecretBox(pipeline.dataDir);
      await createCamera(pipeline.database, 'cam_live', {
        ...{ name: 'Door', url: camera.url },
        credentials: box.seal(`guard:${encodeURIComponent(login.password)}`),
      });
      const keyValues = openKeyValues(pipeline.redis);
      const health = (): Promise<CameraHealth | null> => keyValues.getJson(healthKey('cam_live'), cameraHealth);
      const expectHealth = (expected: Record<string, unknown>): Promise<void> =>
        waitUntil(async () => {
          expect(await health()).toMatchObject(expected);
        }, 25_000);
      let recordedEpoch = 0;
      const ingests = await Promise.all([startIngest('a'), startIngest('b')]);
      try {
        await waitUntil(async () => {
          const now = await health();
          expect(now).toMatchObject({ state: 'live', problem: null });
          expect(now?.fpsIn).toBeGreaterThan(15);
          expect(now?.fpsIn).toBeLessThan(35);
          expect(now?.fpsCaptured).toBeGreaterThan(6);
        });
        const frames = pipeline.of('cam_live').map(({ message }) => message);
        expect(new Set(frames.map(({ epoch, seq }) => `${epoch}-${seq}`)).size).toBe(frames.length);
        const { epoch } = frames[frames.length - 1];
        recordedEpoch = epoch;
        expect(frames.find(({ seq }) => seq === 0)).toMatchObject({ policy: 'live', source: barCodeSize });
        const live = await startOfLive(pipeline.redis, 'cam_live');
        expect(live[0].kind).toBe('init');
        expect(live[1]).toMatchObject({ kind: 'fragment', keyframe: true, epoch });

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
        expect(back?.epoch).toBe(epoch + 1);
        expect(pipeline.news).toContainEqual(expect.objectContaining({ epoch, outcome: 'ended', how: 'cut' }));

        await updateCamera(pipeline.database, 'cam_live', { credentials: box.seal('guard:wrong') });
        await pipeline.topics.publish(topicNames.cameraChanged, { type: 'camera.changed', v: 1, cameraId: 'cam_live' });
        await expectHealth({ state: 'refused', problem: expect.stringContaining('user name or password') as string });
      } finally {
        await Promise.all(ingests.map((ingest) => ingest.onApplicationShutdown()));
        await camera.stop();
      }
      const recordings = path.join(pipeline.dataDir, 'recordings', 'cam_live');
      const folder = path.join(recordings, String(recordedEpoch));
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
      expect(await readdir(recordings)).toContain(String(recordedEpoch + 1));
    },
    90_000,
  );
});

function isOverloaded(message: PosesEstimated): boolean {
  return message.outcome === 'skipped' && message.reason === 'overloaded';
}
