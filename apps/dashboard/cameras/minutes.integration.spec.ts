import type { CameraHealth } from '#contracts/camera-health.js';
import type { TracksUpdated } from '#contracts/tracks-updated.js';
import { createCamera } from '#storage/cameras.js';
import { waitUntil } from '#testing/servers.js';
import { benchOfFile } from '../test-client.js';
import { MinuteKeeper, MINUTES_LEASE } from './minute-keeper.js';

jest.setTimeout(60_000);

const bench = benchOfFile();

const healthOf = (state: CameraHealth['state']): CameraHealth => ({
  ...{ type: 'camera.health', v: 1, cameraId: 'cam_a', epoch: 1, state, problem: null },
  ...{ fpsIn: 25, fpsCaptured: 10, inFlight: 0, reconnects: 0, atMs: 0 },
});

const update = (epoch: number, analysed: number, dropped: number): TracksUpdated => ({
  ...{ type: 'tracks.updated', v: 1, cameraId: 'cam_a', epoch, seq: analysed + dropped, ptsUs: 0, capturedAtMs: 0 },
  ...{ traceId: 't', source: { widthPx: 640, heightPx: 480 }, analysed: true, ended: false, tracks: [] },
  ...{ provider: null, latencyMs: 0 },
  counts: { captured: analysed + dropped, analysed, dropped: { overloaded: dropped } },
});

interface Minutes {
  readonly hours: number;
  readonly minutes: Readonly<Record<'analysed' | 'dropped' | 'liveSec' | 'watchedSec', number>>[];
}

describe('the minutes of a camera', () => {
  it('hold what grew since it was heard of, over a reconnect, and how long it was live; one dashboard writes', async () => {
    const { parts, viewer } = bench.dashboard;
    // The dashboard of this test keeps minutes too: the camera is made once that one has no turn.
    await waitUntil(async () => {
      if (!(await parts.keyValues.acquireLease(MINUTES_LEASE, 'one', 30_000))) throw new Error('not our turn');
    }, 40_000);
    await createCamera(parts.database, 'cam_a', { name: 'Door', url: 'rtsp://a' });
    let state: CameraHealth['state'] = 'live';
    const keeperOf = (instance: string) =>
      new MinuteKeeper(parts, { instance, readHealth: () => Promise.resolve([healthOf(state)]) });
    const [keeper, other] = [keeperOf('one'), keeperOf('two')];
    for (const each of [keeper, other]) {
      each.heard(update(1, 1000, 70)); // before anybody kept minutes
      each.heard(update(1, 1040, 72));
      each.heard(update(2, 10, 0));
    }
    await keeper.beat();
    await other.beat();
    state = 'reconnecting';
    await keeper.beat();
    const answer = await viewer.call('GET', '/api/cameras/cam_a/minutes');
    const { hours, minutes } = answer.body as Minutes;
    const sum = (figure: keyof Minutes['minutes'][number]): number =>
      minutes.reduce((total, minute) => total + minute[figure], 0);
    expect(hours).toBe(24);
    expect([sum('analysed'), sum('dropped'), sum('liveSec'), sum('watchedSec')]).toEqual([50, 2, 10, 20]);
  });

  it('of an unknown camera are not found', async () => {
    const answer = await bench.dashboard.viewer.call('GET', '/api/cameras/cam_none/minutes');
    expect(answer.status).toBe(404);
  });
});
