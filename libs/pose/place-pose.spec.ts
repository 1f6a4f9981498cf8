import { analysisSize, letterbox, toAnalysis } from '#geometry/letterbox.js';
import { poseToSource, roundPose } from './place-pose.js';

describe('poseToSource', () => {
  it.each([
    [1920, 1080],
    [480, 640],
    [101, 77],
  ])('brings a pose back to where it was in a %i × %i picture', (widthPx, heightPx) => {
    const source = { widthPx, heightPx };
    const box = letterbox(source, analysisSize(source, { areaPx: 384 * 512, stridePx: 32 }));
    const at = (x: number, y: number) => toAnalysis(box, { x: x * widthPx, y: y * heightPx });
    const [corner, opposite, point] = [at(0.25, 0.5), at(0.5, 0.75), at(0.4, 0.6)];
    const found = poseToSource(
      {
        box: [corner.x, corner.y, opposite.x, opposite.y],
        score: 0.5,
        keypoints: Array.from({ length: 17 }, () => [point.x, point.y, 0.7]).flat(),
      },
      box,
    );
    expect(found.box.map((value) => value.toFixed(3))).toEqual(
      [0.25 * widthPx, 0.5 * heightPx, 0.5 * widthPx, 0.75 * heightPx].map((value) => value.toFixed(3)),
    );
    expect(found.keypoints[48]).toBeCloseTo(0.4 * widthPx, 6);
    expect(found.keypoints[49]).toBeCloseTo(0.6 * heightPx, 6);
    expect([found.keypoints[50], found.score]).toEqual([0.7, 0.5]);
  });

  it('cuts a box that reaches into the padding, and leaves joints where they are', () => {
    const box = letterbox({ widthPx: 100, heightPx: 50 }, { widthPx: 128, heightPx: 128 });
    const found = poseToSource({ box: [-10, 0, 200, 128], score: 1, keypoints: [0, 0, 1] }, box);
    expect(found.box).toEqual([0, 0, 100, 50]);
    expect(found.keypoints[1]).toBeLessThan(0);
  });
});

describe('roundPose', () => {
  it('keeps hundredths of a pixel and thousandths of a score', () => {
    const pose = {
      box: [1.2345, 2.3456, 3.4567, 4.5678] as const,
      score: 0.12345,
      keypoints: [9.8765, 8.7654, 0.98765],
    };
    expect(roundPose(pose)).toEqual({ box: [1.23, 2.35, 3.46, 4.57], score: 0.123, keypoints: [9.88, 8.77, 0.988] });
  });
});
