import { nextRate, remainingMs, startRate } from './upload-rate.js';

describe('upload rate', () => {
  it('knows nothing before the first bytes', () => {
    expect(remainingMs(startRate(0), 1000)).toBeNull();
  });

  it('finds the speed of a steady upload and the time that is left', () => {
    let rate = startRate(0);
    for (let ms = 250; ms <= 5000; ms += 250) rate = nextRate(rate, ms * 2_000, ms);
    expect(rate.bytesPerSec).toBeCloseTo(2e6, -3);
    expect(remainingMs(rate, 20_000_000)).toBeCloseTo(5000, -1);
  });

  it('follows a change of speed without jumping', () => {
    let rate = nextRate(startRate(0), 1_000_000, 1000);
    rate = nextRate(rate, 1_000_000, 2000);
    expect(rate.bytesPerSec).toBeGreaterThan(5e5);
    expect(rate.bytesPerSec).toBeLessThan(1e6);
  });
});
