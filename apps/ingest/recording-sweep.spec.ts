import { filesToSweep } from './recording-sweep.js';

const files = [
  { file: 'new', bytes: 40, changedMs: 3 },
  { file: 'old', bytes: 30, changedMs: 1 },
  { file: 'middle', bytes: 30, changedMs: 2 },
];

describe('filesToSweep', () => {
  it.each([
    [100, []],
    [99, ['old']],
    [70, ['old']],
    [69, ['old', 'middle']],
    [0, ['old', 'middle', 'new']],
  ])('of 100 bytes with room for %d, %j go', (maxBytes, names) => {
    expect(filesToSweep(files, maxBytes).map((each) => each.file)).toEqual(names);
  });
});
