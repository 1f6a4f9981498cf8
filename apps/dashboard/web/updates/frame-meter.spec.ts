import { FrameMeter } from './frame-meter.js';

describe('FrameMeter', () => {
  it('counts what happened in its window and forgets the rest', () => {
    const meter = new FrameMeter(2000);
    for (let ms = 0; ms <= 4000; ms += 100) meter.add(ms);
    expect(meter.perSec(4000)).toBe(10);
    expect(meter.perSec(5000)).toBe(5);
    expect(meter.perSec(60_000)).toBe(0);
  });
});
