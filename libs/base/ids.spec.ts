import { frameId, newId } from './ids.js';
import { seededRandom } from './random.js';

describe('ids', () => {
  it('names the kind of thing and is a valid queue and file name', () => {
    expect(newId('cam', seededRandom(1))).toMatch(/^cam_[0-9a-z]{12}$/);
  });

  it('does not repeat within a hundred thousand draws', () => {
    const random = seededRandom(7);
    const seen = new Set(Array.from({ length: 100_000 }, () => newId('vid', random)));
    expect(seen.size).toBe(100_000);
  });

  it('builds the natural key of a frame', () => {
    expect(frameId({ cameraId: 'cam_a', epoch: 3, seq: 42 })).toBe('cam_a-3-42');
  });
});
