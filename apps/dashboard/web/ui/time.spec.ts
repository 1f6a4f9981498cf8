import { bytesOf, durationOf, spanOf } from './time.js';

describe('words for quantities', () => {
  it.each([
    [7_400, '0:07'],
    [723_000, '12:03'],
    [3_723_000, '1:02:03'],
  ])('a media time of %d ms reads %s', (ms, text) => {
    expect(durationOf(ms)).toBe(text);
  });

  it.each([
    [4_200, '4.2 s'],
    [12_000, '12 s'],
    [200_000, '3 min 20 s'],
  ])('a span of %d ms reads %s', (ms, text) => {
    expect(spanOf(ms)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [3_400_000, '3.4 MB'],
    [250_000_000, '250 MB'],
  ])('%d bytes read %s', (bytes, text) => {
    expect(bytesOf(bytes)).toBe(text);
  });
});
