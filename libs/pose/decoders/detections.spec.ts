import { decodeDetections } from './detections.js';

const rows = Float32Array.from([
  ...[0, 0, 10, 20, 0.5],
  ...[5, 5, 50, 90, 0.75],
  ...[1, 2, 3, 4, 0.25],
  ...[7, 7, 9, 9, 0.875],
  ...[0, 0, 0, 0, 0],
]);
const settings = { minScore: 0.3, maxPeople: 10, personLabel: 0 };
const scoresOf = (found: readonly { score: number }[]): number[] => found.map(({ score }) => score);

describe('decodeDetections', () => {
  it('gives boxes and scores of people who are sure enough, best first', () => {
    expect(decodeDetections({ count: 5, dets: rows, labels: [0, 0, 0, 2, 0] }, settings)).toEqual([
      { box: [5, 5, 50, 90], score: 0.75 },
      { box: [0, 0, 10, 20], score: 0.5 },
    ]);
  });

  it('takes every row of a detector without classes', () => {
    expect(scoresOf(decodeDetections({ count: 5, dets: rows, labels: null }, settings))).toEqual([0.875, 0.75, 0.5]);
  });

  it('keeps to the class that means a person', () => {
    const found = decodeDetections({ count: 5, dets: rows, labels: [0, 0, 0, 2, 0] }, { ...settings, personLabel: 2 });
    expect(scoresOf(found)).toEqual([0.875]);
  });

  it('leaves out the weakest when there are too many', () => {
    const found = decodeDetections({ count: 5, dets: rows, labels: null }, { ...settings, maxPeople: 2 });
    expect(scoresOf(found)).toEqual([0.875, 0.75]);
  });

  it('finds nobody in no rows', () => {
    expect(decodeDetections({ count: 0, dets: new Float32Array(0), labels: [] }, settings)).toEqual([]);
  });
});
