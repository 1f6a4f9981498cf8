import type { Box } from '#geometry/box.js';
import { suppressOverlaps } from './box-nms.js';

const at = (x: number, score: number, widthPx = 10): { box: Box; score: number } => ({
  box: [x, 0, x + widthPx, 10],
  score,
});
const limits = { maxIou: 0.5, maxPeople: 10 };

describe('suppressOverlaps', () => {
  it('keeps the better of two boxes of one person, best first', () => {
    expect(suppressOverlaps([at(0, 0.5), at(100, 0.6), at(1, 0.9)], limits)).toEqual([at(1, 0.9), at(100, 0.6)]);
  });

  it('keeps boxes that overlap just as much as is allowed', () => {
    expect(suppressOverlaps([at(0, 0.9, 10), at(0, 0.8, 5)], limits)).toHaveLength(2);
    expect(suppressOverlaps([at(0, 0.9, 10), at(0, 0.8, 6)], limits)).toHaveLength(1);
  });

  it('lets a box stay whose only overlap is with one that was left out', () => {
    const chain = [at(0, 0.9), at(3, 0.8), at(6, 0.7)];
    expect(suppressOverlaps(chain, limits)).toEqual([at(0, 0.9), at(6, 0.7)]);
  });

  it('stops at the most people', () => {
    expect(suppressOverlaps([at(0, 0.7), at(20, 0.9), at(40, 0.8)], { ...limits, maxPeople: 2 })).toEqual([
      at(20, 0.9),
      at(40, 0.8),
    ]);
  });
});
