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

  it('leaves out rows that only fill up a batch', () => {
    // What MMDeploy's export gives of the first and the last cell of the grid where nobody is.
    const padding = [0, 0, 4, 4, 0.0004, 0, 0, 4, 4, 0.0004, 630, 630, 640, 640, 0.0007];
    const filled = {
      people: 4,
      dets: Float32Array.of(100, 100, 200, 400, 0.875, ...padding),
      keypoints: Float32Array.from([joints(0), joints(1), joints(1), joints(2)].flat()),
    };
    expect(decodeRtmo(filled, { minScore: 0.1, maxPeople: 100 })).toEqual([
      { box: [100, 100, 200, 400], score: 0.875, keypoints: joints(0) },
    ]);
  });

  it('leaves out the weakest when there are too many', () => {
    const found = decodeRtmo(outputs, { minScore: 0, maxPeople: 1 });
    expect(found.map(({ score }) => score)).toEqual([0.75]);
  });
});
