import { DownloadBar, barText } from './download-bar.js';

const CLEAR = '\r\u001B[2K';

describe('the bar of a download', () => {
  let nowMs = 0;
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  const drawn: string[] = [];
  const bar = (columns: number) => new DownloadBar({ columns, write: (text) => drawn.push(text) }, clock);
  beforeEach(() => {
    drawn.length = 0;
  });

  it('is drawn over itself at most ten times a second, and once at the end', () => {
    const subject = bar(80);
    for (const bytes of [1e6, 2e6, 3e6, 4e6]) {
      subject.draw({ text: 'a', bytes, total: 4e6 });
      nowMs += 40;
    }
    expect(drawn).toEqual([1e6, 4e6].map((bytes) => CLEAR + barText({ text: 'a', bytes, total: 4e6 })));
  });

  it('is cleared once, where it was drawn', () => {
    const subject = bar(80);
    subject.clear();
    expect(drawn).toEqual([]);
    subject.draw({ text: 'a', bytes: 4, total: 4 });
    subject.clear();
    subject.clear();
    expect(drawn.slice(1)).toEqual([CLEAR]);
  });

  it('stays on one line of a narrow terminal', () => {
    bar(20).draw({ text: 'a long name', bytes: 4, total: 4 });
    expect(drawn[0]).toHaveLength(CLEAR.length + 19);
    bar(0).draw({ text: 'a long name', bytes: 4, total: 4 });
    expect(drawn[1]).toMatch(/a long name$/);
  });

  it.each([
    [{ text: 'a', bytes: 5e6, total: 10e6 }, '[############            ]  50 %  5.0 of 10.0 MB  a'],
    [{ text: 'a', bytes: 0, total: 10e6 }, '[                        ]   0 %  0.0 of 10.0 MB  a'],
    [{ text: 'a', bytes: 5e6, total: null }, '5.0 MB  a'],
  ])('draws %j as %s', (progress, text) => {
    expect(barText(progress)).toBe(text);
  });
});
