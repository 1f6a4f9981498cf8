import type { Box } from '#geometry/box.js';
import type { Pose } from './pose.js';
import { mergeLooks, needsSecondLook } from './second-look.js';

const pose = (box: Box, score = 0.5): Pose => ({ box, score, keypoints: [] });

describe('needsSecondLook', () => {
  it.each([
    ['nobody', [], false],
    ['somebody just below the size', [pose([0, 0, 100, 219])], false],
    ['somebody as tall as that', [pose([0, 0, 100, 220])], true],
    ['somebody as wide as that', [pose([10, 0, 230, 50])], true],
    ['a large one among small ones', [pose([0, 0, 9, 20]), pose([0, 0, 100, 300])], true],
    ['a large one that is hardly there', [pose([0, 0, 100, 300], 0.09)], false],
  ])('says for %s: %s', (_, poses, expected) => {
    expect(needsSecondLook(poses, 220)).toBe(expected);
  });
});

describe('mergeLooks', () => {
  const small = pose([400, 0, 430, 80]);

  it('takes large people from the second look and small ones from the first', () => {
    const before = pose([0, 0, 100, 230], 0.9);
    const after = pose([0, 0, 100, 300], 0.4);
    expect(mergeLooks([before, small], [after, pose([401, 0, 430, 81])], 220)).toEqual([after, small]);
  });

  it('lets a large person stand for a box of the first look that was cut short', () => {
    const after = pose([0, 0, 100, 300]);
    expect(mergeLooks([pose([0, 0, 100, 151])], [after], 220)).toEqual([after]);
    expect(mergeLooks([pose([0, 0, 100, 150])], [after], 220)).toHaveLength(2);
  });

  it('keeps whom the second look has missed, large or not', () => {
    const missed = pose([0, 0, 100, 300]);
    const found = pose([300, 0, 420, 290]);
    expect(mergeLooks([missed, small], [found], 220)).toEqual([found, missed, small]);
    expect(mergeLooks([missed], [], 220)).toEqual([missed]);
  });
});
