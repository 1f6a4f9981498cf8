import { cocoSigmas, joint } from '#pose/skeleton.js';
import type { CocoGroundTruth, CocoPerson, CocoResult } from './coco-annotations.js';
import { jointScores } from './coco-joints.js';

/** Five labelled joints in a box of 60 × 100 px; left shoulder to right hip is 30, 40: a torso of 50 px. */
function person(change: Partial<CocoPerson> = {}): CocoPerson {
  const places = new Map([
    [joint.nose, [30, 5]],
    [joint.left_shoulder, [45, 20]],
    [joint.right_hip, [15, 60]],
    [joint.left_knee, [40, 80]],
    [joint.left_ankle, [40, 100]],
  ]);
  const keypoints = Array.from({ length: 17 }, (_, at) => {
    const place = places.get(at);
    return place === undefined ? [0, 0, 0] : [...place, 2];
  }).flat();
  return { imageId: 1, keypoints, labelled: 5, areaPx2: 3000, box: [0, 0, 60, 100], isCrowd: false, ...change };
}

/** The person's own joints, one of them moved down. */
function moved(at: number, byPx: number): CocoResult {
  const keypoints = person().keypoints.map((value, index) => (index === 3 * at + 1 ? value + byPx : value));
  return { imageId: 1, keypoints, score: 0.5 };
}

const truth = (...persons: readonly CocoPerson[]): CocoGroundTruth => ({ images: [], persons });

describe('jointScores', () => {
  it('says what is right everywhere when every joint is where it should be', () => {
    const scores = jointScores(truth(person()), [moved(joint.nose, 0)]);
    expect(scores).toMatchObject({ persons: 1, meanOks: 1, pck: 1, pdj: 1 });
    expect(scores.joints.nose).toEqual({ labelled: 1, oks: 1, pck: 1, pdj: 1 });
    expect(scores.joints.left_eye).toEqual({ labelled: 0, oks: Number.NaN, pck: Number.NaN, pdj: Number.NaN });
  });

  it.each([
    ['10 px: within 0.2 × 100 px of box and 0.2 × 50 px of torso', 10, { pck: 5 / 5, pdj: 5 / 5 }],
    ['11 px: beyond 0.2 × 50 px of torso', 11, { pck: 5 / 5, pdj: 4 / 5 }],
    ['20 px: just within 0.2 × 100 px of box', 20, { pck: 5 / 5, pdj: 4 / 5 }],
    ['21 px: beyond both', 21, { pck: 4 / 5, pdj: 4 / 5 }],
  ])('counts a joint that is off by %s', (_, byPx, expected) => {
    expect(jointScores(truth(person()), [moved(joint.left_ankle, byPx)])).toMatchObject(expected);
  });

  it('takes the reach that it is told', () => {
    const off = [moved(joint.left_ankle, 9)];
    expect(jointScores(truth(person()), off, 0.1)).toMatchObject({ pck: 1, pdj: 4 / 5 });
    expect(jointScores(truth(person()), off, 0.05)).toMatchObject({ pck: 4 / 5, pdj: 4 / 5 });
  });

  it('means OKS over the labelled joints: four of 1 and one of exp(−d² / (2 · area · k²))', () => {
    const k = 2 * cocoSigmas[joint.left_knee];
    const one = Math.exp(-(12 * 12) / (2 * 3000 * k * k));
    const scores = jointScores(truth(person()), [moved(joint.left_knee, 12)]);
    expect(scores.meanOks).toBeCloseTo((4 + one) / 5, 12);
    expect(scores.joints.left_knee.oks).toBeCloseTo(one, 12);
  });

  it('compares with the prediction that is most like the person, whatever its score', () => {
    const results = [
      { ...moved(joint.nose, 40), score: 0.99 },
      { ...moved(joint.nose, 0), score: 0.01 },
    ];
    expect(jointScores(truth(person()), results).meanOks).toBe(1);
  });

  it('counts a person without any prediction as wrong in every joint', () => {
    const elsewhere = { ...moved(joint.nose, 0), imageId: 2 };
    expect(jointScores(truth(person()), [elsewhere])).toMatchObject({ persons: 1, meanOks: 0, pck: 0, pdj: 0 });
  });

  it.each([
    ['with four labelled joints', person({ labelled: 4 })],
    ['that is a crowd', person({ isCrowd: true })],
  ])('leaves out a person %s', (_, left) => {
    expect(jointScores(truth(left), [])).toMatchObject({ persons: 0, meanOks: Number.NaN });
  });

  it('has no PDJ for a person without a labelled torso', () => {
    const keypoints = person().keypoints.map((value, at) => (at === 3 * joint.right_hip + 2 ? 0 : value));
    const scores = jointScores(truth(person({ keypoints })), [moved(joint.nose, 0)]);
    expect(scores).toMatchObject({ pck: 1, pdj: Number.NaN });
  });
});
