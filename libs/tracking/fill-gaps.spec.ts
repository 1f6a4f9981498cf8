import { fillGaps, type TimedPose } from './fill-gaps.js';

const at = (ptsUs: number, x: number, score = 0.8): TimedPose => ({
  ptsUs,
  box: [x, 0, x + 10, 20],
  score,
  keypoints: [x + 5, 10, score],
});
const frames = [0, 100, 200, 300, 400, 500];

describe('filling the gaps of a track', () => {
  it('moves box and joints in a straight line, and trusts them as little as the worse end', () => {
    const added = fillGaps([at(0, 0, 0.9), at(300, 30, 0.5)], frames, 1000);
    expect(added.map(({ ptsUs }) => ptsUs)).toEqual([100, 200]);
    expect(added[0].box).toEqual([10, 0, 20, 20]);
    expect(added[1].keypoints).toEqual([25, 10, 0.5]);
    expect(added[1].score).toBe(0.5);
  });

  it('adds nothing where nothing is missing, before the first and after the last pose', () => {
    expect(fillGaps([at(100, 0), at(200, 1), at(300, 2)], frames, 1000)).toEqual([]);
    expect(fillGaps([at(200, 0)], frames, 1000)).toEqual([]);
    expect(fillGaps([], frames, 1000)).toEqual([]);
  });

  it('leaves a long gap empty and fills the short one after it', () => {
    const added = fillGaps([at(0, 0), at(300, 30), at(500, 50)], frames, 200);
    expect(added.map(({ ptsUs }) => ptsUs)).toEqual([400]);
  });

  it('knows irregular frames', () => {
    expect(fillGaps([at(0, 0), at(1000, 10)], [0, 10, 990, 1000], 1000).map(({ box }) => box[0])).toEqual([0.1, 9.9]);
  });
});
