import { progressLines } from './pull-options.js';

/** The lines about downloads that pass these many bytes. */
function linesOf(text: string, pieces: readonly number[], total: number | null): string[] {
  const lines: string[] = [];
  const report = progressLines((line) => lines.push(line));
  for (const bytes of pieces) report({ text, bytes, total });
  return lines;
}
const steps = (last: number, step: number): number[] => Array.from({ length: last / step + 1 }, (_, at) => at * step);

describe('lines about a download', () => {
  it('are one for each quarter', () => {
    expect(linesOf('a', steps(1000, 10), 1000)).toEqual(['a 25 %', 'a 50 %', 'a 75 %', 'a 100 %']);
  });

  it('are fewer where it comes in large pieces', () => {
    expect(linesOf('a', [600, 1000], 1000)).toEqual(['a 50 %', 'a 100 %']);
  });

  it('are one for every 10 MB where the size is not known', () => {
    expect(linesOf('a', steps(25e6, 1e6), null)).toEqual(['a 10.0 MB', 'a 20.0 MB']);
  });

  it('start again with each file', () => {
    const lines: string[] = [];
    const report = progressLines((line) => lines.push(line));
    report({ text: 'a', bytes: 10, total: 10 });
    report({ text: 'b', bytes: 5, total: 10 });
    expect(lines).toEqual(['a 100 %', 'b 50 %']);
  });
});
