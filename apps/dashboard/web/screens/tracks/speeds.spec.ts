import { speedsOf } from './speeds.js';

/** A box of height 100 px whose feet move `pxPerSec` to the right, ten times a second. */
function walk(pxPerSec: number, count: number) {
  return Array.from({ length: count }, (_, i) => {
    const x = (i / 10) * pxPerSec;
    return { ptsUs: i * 100_000, box: [x, 0, x + 40, 100] as [number, number, number, number] };
  });
}

describe('speedsOf', () => {
  it('measures a steady walk everywhere, ends included', () => {
    for (const { value } of speedsOf(walk(80, 20))) expect(value).toBeCloseTo(0.8);
  });

  it('is nothing for somebody who stands, and for a single pose', () => {
    expect(speedsOf(walk(0, 5)).map((point) => point.value)).toEqual([0, 0, 0, 0, 0]);
    expect(speedsOf(walk(80, 1))).toEqual([{ ptsUs: 0, value: 0 }]);
  });
});
