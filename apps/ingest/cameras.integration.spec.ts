import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { PosesEstimated } from '#contracts/poses-estimated.js';
import { openFileSession } from '#media/file-session.js';
import { startOfLive } from '#messaging/live-stream.js';
import { openSecretBox } from '#security/secret-box.js';
import { createCamera, updateCamera } from '#storage/cameras.js';
import { barCodeSize, makeBarCodeClip, rtspCameraScript, startRtspCamera } from '#testing/clips.js';
import { waitUntil } from '#testing/servers.js';
import { itWithData } from '#testing/shared-data.js';
import { IngestBench, until } from './test-client.js';

let bench: IngestBench;
beforeAll(async () => {
  bench = await IngestBench.open();
  await makeBarCodeClip(bench.at('bars.mp4'), { fps: 25, sec: 4 });
}, 60_000);
afterEach(() => bench.stopAll(), 30_000);
afterAll(() => bench.close(), 30_000);

describe('a live camera', () => {
  itWithData(
    'is analysed, shown and recorded; comes back with a new epoch; drops the oldest waiting frame when nobody keeps up',
    [rtspCameraScript],
    async () => {
      const login = { user: 'guard', password: 'p@ss:w/rd' };
      const { pipeline } = bench;
      const camera = await startRtspCamera(bench.at('bars.mp4'), { fps: 25, login });
      const box = openSecretBox(pipeline.dataDir);
      await createCamera(pipeline.database, 'cam_live', {
        ...{ name: 'Door', url: camera.url },
        credentials: box.seal(`guard:${encodeURIComponent(login.password)}`),
      });
      let recordedEpoch = 0;
      await Promise.all([bench.start('a'), bench.start('b')]);
      try {
        await waitUntil(async () => {
          const now = await bench.health('cam_live');
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
        await until(() => {
          expect(pipeline.news.filter(isOverloaded).length).toBeGreaterThan(5);
        });
        pipeline.paused = false;

        camera.signal('SIGKILL');
        await bench.healthBecomes('cam_live', {
          state: 'reconnecting',
          problem: expect.stringContaining(camera.url) as string,
        });
        await camera.restart();
        await bench.healthBecomes('cam_live', { state: 'live', problem: null });
        const back = await bench.health('cam_live');
        expect(back?.epoch).toBe(epoch + 1);
        expect(pipeline.news).toContainEqual(expect.objectContaining({ epoch, outcome: 'ended', how: 'cut' }));

        await updateCamera(pipeline.database, 'cam_live', { credentials: box.seal('guard:wrong') });
        await bench.sayChanged('cam_live');
        await bench.healthBecomes('cam_live', {
          state: 'refused',
          problem: expect.stringContaining('user name or password') as string,
        });
      } finally {
        await bench.stopAll();
        await camera.stop();
      }
      const recordings = bench.at('recordings/cam_live');
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
      expect(recorded.length).toBeGreaterThan(25); // a second; how long it was live depends on the machine
      expect(await readdir(recordings)).toContain(String(recordedEpoch + 1));
    },
    90_000,
  );
});

function isOverloaded(message: PosesEstimated): boolean {
  return message.outcome === 'skipped' && message.reason === 'overloaded';
}
