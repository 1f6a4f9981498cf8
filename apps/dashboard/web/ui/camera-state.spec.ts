import type { CameraHealth } from '#contracts/camera-health.js';
import { cameraStateOf } from './camera-state.js';

const health = (state: CameraHealth['state'], problem: string | null): CameraHealth => ({
  type: 'camera.health',
  v: 1,
  cameraId: 'cam_1',
  epoch: 0,
  state,
  problem,
  fpsIn: 25,
  fpsCaptured: 10,
  inFlight: 0,
  reconnects: 0,
  atMs: 0,
});

const NOW_MS = Date.parse('2026-11-21T12:00:00Z');
const camera = { enabled: true, createdAt: '2026-11-20T12:00:00Z' };

describe('cameraStateOf', () => {
  it.each([
    ['live and well', true, health('live', null), 'fine'],
    ['live with a complaint', true, health('live', 'Frames are late.'), 'warning'],
    ['gone', true, health('reconnecting', null), 'critical'],
    ['refused', true, health('refused', 'Wrong password.'), 'critical'],
    ['without news', true, null, 'warning'],
    ['paused by a person, whatever it says', false, health('refused', 'Wrong password.'), 'paused'],
  ])('a camera that is %s', (_, enabled, news, tone) => {
    expect(cameraStateOf({ ...camera, enabled }, news, NOW_MS).tone).toBe(tone);
  });

  it('is connecting while it is new and nobody can have news of it', () => {
    const added = { enabled: true, createdAt: '2026-11-21T11:59:50Z' };
    expect(cameraStateOf(added, null, NOW_MS)).toMatchObject({ label: 'Connecting', problem: null });
    expect(cameraStateOf(added, null, NOW_MS + 6_000).label).toBe('No news');
    expect(cameraStateOf(added, health('refused', 'Wrong password.'), NOW_MS).tone).toBe('critical');
  });

  it('always says what is wrong when the tone is critical', () => {
    expect(cameraStateOf(camera, health('reconnecting', null), NOW_MS).problem).not.toBeNull();
    expect(cameraStateOf(camera, health('refused', 'Wrong password.'), NOW_MS).problem).toBe('Wrong password.');
  });
});
