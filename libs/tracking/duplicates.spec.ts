import type { Box } from '#geometry/box.js';
import { areDuplicates, distinctPoses, isPartOf } from './duplicates.js';

const pose = (box: Box, score: number) => ({ box, score, keypoints: Array<number>(51).fill(0) });

describe('duplicates', () => {
  it.each([
    { name: 'the same box', a: [0, 0, 40, 100], b: [0, 0, 40, 100], expected: true },
    { name: 'a few pixels off', a: [0, 0, 40, 100], b: [3, 2, 43, 102], expected: true },
    { name: 'somebody half hidden behind', a: [0, 0, 40, 100], b: [18, -4, 58, 96], expected: false },
    { name: 'somebody else', a: [0, 0, 40, 100], b: [200, 0, 240, 100], expected: false },
  ] as const)('tells $name', ({ a, b, expected }) => {
    expect(areDuplicates(a, b)).toBe(expected);
  });

  it('keeps the better of two poses of one person, best first, and drops weak ones', () => {
    const poses = [
      pose([0, 0, 40, 100], 0.5),
      pose([1, 0, 41, 100], 0.7),
      pose([99, 0, 139, 100], 0.9),
      pose([300, 0, 340, 100], 0.05),
    ];
    expect(distinctPoses(poses, 0.1).map(({ score }) => score)).toEqual([0.9, 0.7]);
  });

  it('tells a part of a person from a smaller person beside', () => {
    const whole = pose([0, 0, 40, 100], 0.9);
    expect(isPartOf(pose([5, 0, 35, 45], 0.5), whole, 0.2)).toBe(true);
    expect(isPartOf(pose([30, 0, 60, 45], 0.5), whole, 0.2)).toBe(false);
    expect(isPartOf(whole, pose([5, 0, 35, 45], 0.5), 0.2)).toBe(false);
  });

  it('tells a part of a person from somebody with joints of their own in front', () => {
    const jointsAt = (x: number) => Array.from({ length: 17 }, (_, index) => [x, 5 * index, 0.9]).flat();
    const whole = { ...pose([0, 0, 40, 100], 0.9), keypoints: jointsAt(5) };
    const part = { ...pose([2, 0, 38, 90], 0.5), keypoints: jointsAt(6) };
    const other = { ...part, keypoints: jointsAt(35) };
    expect([isPartOf(part, whole, 0.2), isPartOf(other, whole, 0.2)]).toEqual([true, false]);
  });
});
