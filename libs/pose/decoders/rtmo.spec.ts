import { decodeRtmo } from './rtmo.js';

/** Joints of the n-th row: 1000 n, 1000 n + 1, … */
const joints = (row: number): number[] => Array.from({ length: 51 }, (_, at) => 1000 * row + at);
const outputs = {
  people: 3,
  dets: Float32Array.of(0, 0, 10, 20, 0.5, 5, 6, 7, 8, 0.25, 1, 2, 3, 4, 0.75),
  keypoints: Float32Array.from([joints(0), joints(1), joints(2)].flat()),
};

describe('decodeRtmo', () => {
  it('gives people who are sure enough with their own joints, best first', () => {
    expect(decodeRtmo(outputs, { minScore: 0.3, maxPeople: 10 })).toEqual([
      { box: [1, 2, 3, 4], score: 0.75, keypoints: joints(2) },
      { box: [0, 0, 10, 20], score: 0.5, keypoints: joints(0) },
    ]);
  });

  it('leaves out the weakest when there are too many', () => {
    const found = decodeRtmo(outputs, { minScore: 0, maxPeople: 1 });
    expect(found.map(({ score }) => score)).toEqual([0.75]);
  });
});
