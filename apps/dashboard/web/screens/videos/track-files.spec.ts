import { fpsOf, importAddress, isTrackFile, momentOf } from './track-files.js';

describe('files of tracks', () => {
  it.each([
    ['900001_mpii_test.json', true],
    ['GT.TXT', true],
    ['tracks.csv', true],
    ['clip.mp4', false],
    ['json.jpg', false],
    ['noname', false],
  ])('%s is one: %s', (name, expected) => {
    expect(isTrackFile(name)).toBe(expected);
  });

  it.each([
    ['25', 25],
    ['29,97', 29.97],
    ['0', null],
    ['', null],
    ['fast', null],
    ['1001', null],
  ])('"%s" as a frame rate is %s', (text, expected) => {
    expect(fpsOf(text)).toBe(expected);
  });

  it('are sent with what was said of them', () => {
    expect(importAddress('a b.json', 't-1', { fps: 12.5, startedAtMs: null })).toBe(
      '/api/imports?name=a+b.json&fps=12.5&ticket=t-1',
    );
    expect(importAddress('a', 't', { fps: 5, startedAtMs: 7 })).toBe(
      '/api/imports?name=a&fps=5&ticket=t&startedAtMs=7',
    );
  });

  it('start when they are said to, in the zone of the person', () => {
    expect(momentOf('2026-11-21T14:00')).toBe(new Date(2026, 10, 21, 14).getTime());
    expect(momentOf('')).toBeNull();
    expect(momentOf('noon')).toBeNull();
  });
});
