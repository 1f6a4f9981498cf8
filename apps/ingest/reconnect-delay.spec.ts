import { seededRandom } from '#base/random.js';
import { reconnectDelayMs } from './reconnect-delay.js';

describe('reconnectDelayMs', () => {
  it('doubles up to the limit', () => {
    const delays = [1, 2, 3, 4, 40].map((failures) =>
      reconnectDelayMs({ failures, kind: 'unavailable' }, 3000, () => 1),
    );
    expect(delays).toEqual([500, 1000, 2000, 3000, 3000]);
  });

  it('spreads over the upper half', () => {
    const random = seededRandom(3);
    const delays = Array.from({ length: 500 }, () => reconnectDelayMs({ failures: 9, kind: 'timeout' }, 8000, random));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(4000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(8000);
    expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(3500);
  });

  it('waits longest where the login is refused', () => {
    expect(reconnectDelayMs({ failures: 1, kind: 'unauthorised' }, 30_000, () => 0)).toBe(15_000);
  });
});
