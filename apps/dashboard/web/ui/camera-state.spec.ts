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

describe('cameraStateOf', () => {
  it.each([
    ['live and well', true, health('live', null), 'fine'],
    ['live with a complaint', true, health('live', 'Frames are late.'), 'warning'],
    ['gone', true, health('reconnecting', null), 'critical'],
    ['refused', true, health('refused', 'Wrong password.'), 'critical'],
    ['without news', true, null, 'warning'],
    ['paused by a person, whatever it says', false, health('refused', 'Wrong password.'), 'paused'],
  ])('a camera that is %s', (_, enabled, news, tone) => {
    expect(cameraStateOf({ enabled }, news).tone).toBe(tone);
  });

  it('always says what is wrong when the tone is critical', () => {
    expect(cameraStateOf({ enabled: true }, health('reconnecting', null)).problem).not.toBeNull();
    expect(cameraStateOf({ enabled: true }, health('refused', 'Wrong password.')).problem).toBe('Wrong password.');
  });
});
