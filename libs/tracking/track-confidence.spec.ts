import { seededRandom } from '#base/random.js';
import { trackConfidence } from './track-confidence.js';

const at = (...moments: (readonly [ptsUs: number, score: number])[]) =>
  moments.map(([ptsUs, score]) => ({ ptsUs, score }));

describe('trackConfidence', () => {
  it.each([
    ['nobody', at(), []],
    ['one moment', at([7, 0.4]), [0.4]],
    ['moments too far apart', at([0, 0.2], [101, 0.8]), [0.2, 0.8]],
    ['moments just near enough', at([0, 0.2], [100, 0.8]), [0.5, 0.5]],
    ['a weak moment among good ones', at([0, 0.9], [90, 0.3], [180, 0.9]), [0.6, 0.7, 0.6]],
    ['two runs with a pause', at([0, 0.2], [50, 0.4], [500, 0.8], [550, 0.6]), [0.3, 0.3, 0.7, 0.7]],
  ])('of %s', (_, track, expected) => {
    const found = trackConfidence(track, 100);
    expect(found).toHaveLength(expected.length);
    for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, 9);
  });

  it('is the mean of what lies within reach, however the moments lie', () => {
    const random = seededRandom(11);
    let ptsUs = 0;
    const track = Array.from({ length: 300 }, () => ({
      ptsUs: (ptsUs += Math.floor(90 * random() ** 3)),
      score: random(),
    }));
    for (const [index, confidence] of trackConfidence(track, 60).entries()) {
      const near = track.filter((moment) => Math.abs(moment.ptsUs - track[index].ptsUs) <= 60);
      expect(confidence).toBeCloseTo(near.reduce((sum, { score }) => sum + score, 0) / near.length, 9);
    }
  });
});
