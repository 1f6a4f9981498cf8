import { FramecrcParser } from './framecrc.js';
import { ticksToUs } from './media-time.js';

const header = '#software: Lavf59.27.100\n#tb 0: 1/90000\n#media_type 0: video\n';

describe('FramecrcParser', () => {
  it('gives the time of each frame, however the text is cut into pieces', () => {
    const text = `${header}0,     900000,     900000,     3600,   491520, 0x00000000\n0, 903600, 903003, 3600, 491520, 0x1\n`;
    for (const step of [1, 7, text.length]) {
      const parser = new FramecrcParser();
      const found: number[] = [];
      for (let at = 0; at < text.length; at += step) found.push(...parser.push(text.slice(at, at + step)));
      expect(found).toEqual([10_000_000, 10_033_367]);
    }
  });

  it('refuses a frame without a time', () => {
    expect(() => new FramecrcParser().push(`${header}0, NOPTS, NOPTS, 1, 2, 0x0\n`)).toThrow(/not understood/);
    expect(() => new FramecrcParser().push('0, 1, 1, 1, 2, 0x0\n')).toThrow(/not understood/);
  });
});

describe('ticksToUs', () => {
  it.each([
    [1, { num: 1, den: 3 }, 333_333],
    [-1, { num: 1, den: 3 }, -333_333],
    [1001 * 3600 * 24 * 365, { num: 1, den: 30_000 }, 1_052_251_200_000],
    [90_000 * 3600 * 24 * 400 + 1, { num: 1, den: 90_000 }, 34_560_000_000_011],
  ])('%d ticks of %j are %d µs', (ticks, base, us) => {
    expect(ticksToUs(ticks, base)).toBe(us);
  });
});
