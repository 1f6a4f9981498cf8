import { Progress } from './progress.js';

describe('progress of a long task', () => {
  it('says how far, how fast and how long still, at most every two seconds', () => {
    let nowMs = 0;
    const lines: string[] = [];
    const progress = new Progress('a.mp4', { nowMs: () => nowMs, monotonicMs: () => nowMs }, (line) =>
      lines.push(line),
    );
    for (; nowMs <= 4000; nowMs += 200) progress.update('analysing', nowMs / 20, 1000);
    expect(lines).toEqual([
      'a.mp4: analysing 0 of 1000 frames',
      'a.mp4: analysing 100 of 1000 frames, 50.0 frames/s, 18 s left',
      'a.mp4: analysing 200 of 1000 frames, 50.0 frames/s, 16 s left',
    ]);
  });

  it('does not promise an end that it does not know', () => {
    let nowMs = 0;
    const lines: string[] = [];
    const progress = new Progress('a', { nowMs: () => nowMs, monotonicMs: () => nowMs }, (line) => lines.push(line));
    progress.update('analysing', 0, null);
    nowMs = 5000;
    progress.update('analysing', 50, null);
    expect(lines.at(-1)).toBe('a: analysing 50 frames, 10.0 frames/s');
  });
});
