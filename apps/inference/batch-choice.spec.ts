import { chooseBatch, type WaitingFrame } from './batch-choice.js';

/** `a` and `A` are of different groups: one letter per frame in the order of arrival, as "camera a, camera b …". */
function waiting(text: string): WaitingFrame[] {
  return Array.from(text, (letter, arrival) => ({
    cameraId: letter.toLowerCase(),
    batchGroup: letter === letter.toLowerCase() ? 'small' : 'large',
    arrival,
  }));
}

const shown = (batch: readonly WaitingFrame[]): string =>
  batch.map(({ cameraId, arrival }) => `${cameraId}${arrival}`).join(' ');

describe('chooseBatch', () => {
  it.each([
    ['nothing waits', '', {}, { maxBatch: 4, freeSessions: 1 }, ''],
    ['one frame goes alone', 'a', {}, { maxBatch: 4, freeSessions: 2 }, 'a0'],
    ['two frames are shared out among two free sessions', 'ab', {}, { maxBatch: 4, freeSessions: 2 }, 'a0'],
    ['one free session takes all it may', 'abcde', {}, { maxBatch: 4, freeSessions: 1 }, 'a0 b1 c2 d3'],
    ['a camera with many frames does not push others out', 'aaaab', {}, { maxBatch: 2, freeSessions: 1 }, 'a0 b4'],
    ['the camera whose turn is longest ago goes first', 'aab', { a: 7, b: 3 }, { maxBatch: 1, freeSessions: 1 }, 'b2'],
    ['a camera that had no turn yet goes first', 'ac', { a: 1 }, { maxBatch: 1, freeSessions: 1 }, 'c1'],
    ['groups are not mixed', 'aBcD', {}, { maxBatch: 4, freeSessions: 1 }, 'a0 c2'],
    ['a group that is rare gets its turn', 'aaaB', { a: 5 }, { maxBatch: 4, freeSessions: 1 }, 'b3'],
    ['the oldest of a camera goes first', 'aaa', { a: 1 }, { maxBatch: 2, freeSessions: 1 }, 'a0 a1'],
  ])('%s', (_, text, turns, limits, expected) => {
    expect(shown(chooseBatch(waiting(text), new Map(Object.entries(turns)), limits))).toBe(expected);
  });
});
