import { cocoSigmas, joint } from '#pose/skeleton.js';
import { cocoScene } from '#testing/coco-scene.js';
import {
  parseCocoAnnotations,
  parseCocoResults,
  type CocoGroundTruth,
  type CocoPerson,
  type CocoResult,
} from './coco-annotations.js';
import { cocoAverages } from './coco-ap.js';

/** A person of whom only the nose is labelled, so that OKS is exp(−d² / (2 · area · k²)) of one distance. */
function person(change: Partial<CocoPerson> = {}): CocoPerson {
  const keypoints = Array.from({ length: 17 }, (_, at) => [100, 100, at === joint.nose ? 2 : 0]).flat();
  const box = [50, 50, 150, 150] as const;
  return { imageId: 1, keypoints, labelled: 1, areaPx2: 100 * 100, box, isCrowd: false, ...change };
}

/** Without labelled joints: only its box counts, and it is ignored. */
function unlabelled(change: Partial<CocoPerson> = {}): CocoPerson {
  return person({ keypoints: Array.from({ length: 51 }, () => 0), labelled: 0, ...change });
}

/** Moves every joint to the right, as far as OKS with `of` comes to `oks`: d = k · √(−2 · area · ln OKS). */
function near(of: CocoPerson, oks: number, score: number): CocoResult {
  const dx = 2 * cocoSigmas[joint.nose] * Math.sqrt(-2 * of.areaPx2 * Math.log(oks));
  const keypoints = of.keypoints.map((value, at) => (at % 3 === 0 ? value + dx : value));
  return { imageId: of.imageId, keypoints, score };
}

/** Where nobody is: joints over 200 × 200 px, so that it counts as large. */
function stray(score: number, imageId = 1): CocoResult {
  const keypoints = Array.from({ length: 17 }, (_, at) => [5000 + (at % 2) * 200, 5000 + (at % 2) * 200, 1]).flat();
  return { imageId, keypoints, score };
}

function truth(...persons: readonly CocoPerson[]): CocoGroundTruth {
  const size = { widthPx: 640, heightPx: 480 };
  const ids = [...new Set([1, 2, ...persons.map(({ imageId }) => imageId)])];
  return { images: ids.map((id) => ({ id, fileName: `${id}.jpg`, size })), persons };
}

/** A second person far from the first. */
const other = person({ keypoints: person().keypoints.map((value, at) => (at % 3 === 0 ? value + 400 : value)) });

describe('cocoAverages', () => {
  it('is 1 for predictions that are the annotations', () => {
    const scores = cocoAverages(truth(person(), other), [near(person(), 1, 0.9), near(other, 1, 0.8)]);
    for (const value of [scores.ap, scores.ap50, scores.ap75, scores.apLarge, scores.ar, scores.arLarge])
      expect(value).toBeCloseTo(1, 12);
  });

  it('counts a prediction at the thresholds that its OKS reaches: 0.72 passes 0.50, 0.55, 0.60, 0.65, 0.70, 5 of 10', () => {
    const scores = cocoAverages(truth(person()), [near(person(), 0.72, 0.9)]);
    expect(scores).toMatchObject({ ap50: expect.closeTo(1, 12) as number, ap75: 0, ar50: 1, ar75: 0 });
    expect(scores.ap).toBeCloseTo(5 / 10, 12);
    expect(scores.ar).toBeCloseTo(5 / 10, 12);
  });

  it('averages the envelope of precision over 101 levels of recall', () => {
    // Right, wrong, right: recall ½ at precision 1, recall 1 at ⅔. Levels 0.00 to 0.50 are 51, those above 50.
    const results = [near(person(), 1, 0.9), stray(0.8), near(other, 1, 0.7)];
    expect(cocoAverages(truth(person(), other), results).ap).toBeCloseTo((51 * 1 + (50 * 2) / 3) / 101, 12);
  });

  it('lets a better precision at a higher recall count for the lower ones', () => {
    // Wrong, right, right: precision 0, ½, ⅔ at recall 0, ½, 1; the envelope is ⅔ throughout.
    const results = [stray(0.9), near(person(), 1, 0.8), near(other, 1, 0.7)];
    expect(cocoAverages(truth(person(), other), results).ap).toBeCloseTo(2 / 3, 12);
  });

  it('stops at the recall that is reached: one of two found is 51 of 101 levels', () => {
    const scores = cocoAverages(truth(person(), other), [near(person(), 1, 0.9)]);
    expect(scores.ap).toBeCloseTo(51 / 101, 12);
    expect(scores.ar).toBeCloseTo(1 / 2, 12);
  });

  it.each([
    ['the right one comes first in the file', [near(person(), 1, 0.5), stray(0.5)], 1],
    ['the wrong one comes first in the file', [stray(0.5), near(person(), 1, 0.5)], 1 / 2],
    ['the wrong one is in the picture with the lower id', [near(person({ imageId: 2 }), 1, 0.5), stray(0.5)], 1 / 2],
  ])('takes predictions of one score as they come: %s', (_, results, ap) => {
    const imageId = results.some((result) => result.imageId === 2) ? 2 : 1;
    expect(cocoAverages(truth(person({ imageId })), results).ap).toBeCloseTo(ap, 12);
  });

  it('counts a second prediction of one person as wrong', () => {
    // Right, wrong (taken), right: as above.
    const results = [near(person(), 1, 0.9), near(person(), 0.99, 0.8), near(other, 1, 0.7)];
    expect(cocoAverages(truth(person(), other), results).ap).toBeCloseTo((51 + (50 * 2) / 3) / 101, 12);
  });

  it('gives the better scored prediction the person, even where a later one is nearer', () => {
    // 0.72 at score 0.9 takes the person at 5 of 10 thresholds; above them it is wrong, and the other comes at precision ½.
    const results = [near(person(), 0.72, 0.9), near(person(), 1, 0.8)];
    expect(cocoAverages(truth(person()), results).ap).toBeCloseTo((5 * 1 + 5 * 0.5) / 10, 12);
  });

  it('neither asks for a person without labelled joints nor counts its prediction', () => {
    const nobody = unlabelled({ box: [400, 400, 500, 500] });
    const found: CocoResult = { ...stray(0.99), keypoints: Array.from({ length: 17 }, () => [450, 450, 1]).flat() };
    const results = [found, near(person(), 1, 0.5)];
    expect(cocoAverages(truth(person(), nobody), results).ap).toBeCloseTo(1, 12);
    expect(cocoAverages(truth(person()), results).ap).toBeCloseTo(1 / 2, 12);
  });

  it('forgives one prediction on an unlabelled person, and any number on a crowd', () => {
    const keypoints = Array.from({ length: 17 }, () => [450, 450, 1]).flat();
    const twice = [0.99, 0.98].map((score): CocoResult => ({ imageId: 1, keypoints, score }));
    const results = [...twice, near(person(), 1, 0.5)];
    const area = { box: [400, 400, 500, 500] as const };
    expect(cocoAverages(truth(person(), unlabelled(area)), results).ap).toBeCloseTo(1 / 2, 12);
    expect(cocoAverages(truth(person(), unlabelled({ ...area, isCrowd: true })), results).ap).toBeCloseTo(1, 12);
  });

  it('forgives as far as the box widened by its own size on each side, with the distance beyond as error', () => {
    // Box 400 … 500 reaches to 600. All joints at 600 + d, d = 10: OKS = mean exp(−100 / (2 · 10⁴ · k²)).
    const crowd = unlabelled({ box: [400, 400, 500, 500], isCrowd: true });
    const at = (x: number): CocoResult => ({
      imageId: 1,
      keypoints: Array.from({ length: 17 }, () => [x, 450, 1]).flat(),
      score: 0.9,
    });
    const own = near(person(), 1, 0.5);
    const oks = cocoSigmas.reduce((sum, sigma) => sum + Math.exp(-100 / (2 * 1e4 * (2 * sigma) ** 2)), 0) / 17;
    const passed = Array.from({ length: 10 }, (_, step) => 0.5 + step * 0.05).filter(
      (threshold) => oks >= threshold,
    ).length;
    expect(passed).toBe(3); // OKS is 0.647: it reaches 0.50, 0.55 and 0.60
    expect(cocoAverages(truth(person(), crowd), [at(600), own]).ap).toBeCloseTo(1, 12);
    expect(cocoAverages(truth(person(), crowd), [at(610), own]).ap).toBeCloseTo(
      (passed * 1 + (10 - passed) * 0.5) / 10,
      12,
    );
  });

  it('ignores a crowd even where it has labelled joints', () => {
    const crowd = { ...other, isCrowd: true };
    expect(cocoAverages(truth(person(), crowd), [near(person(), 1, 0.5)]).ar).toBeCloseTo(1, 12);
  });

  it('gives a prediction a person who counts, though an ignored one is more like it', () => {
    const doubled = { ...person(), isCrowd: true };
    const scores = cocoAverages(truth(doubled, person()), [near(person(), 0.72, 0.9)]);
    expect(scores.ar).toBeCloseTo(5 / 10, 12);
  });

  it.each([
    ['just below medium', 32 ** 2 - 1, { apMedium: Number.NaN, apLarge: Number.NaN }],
    ['the least medium', 32 ** 2, { apMedium: 1, apLarge: Number.NaN }],
    ['on the border, both', 96 ** 2, { apMedium: 1, apLarge: 1 }],
    ['just above medium', 96 ** 2 + 1, { apMedium: Number.NaN, apLarge: 1 }],
  ])('asks for people by their area: %s', (_, areaPx2, expected) => {
    const { ap, apMedium, apLarge } = cocoAverages(truth(person({ areaPx2 })), [near(person({ areaPx2 }), 1, 0.9)]);
    expect(ap).toBeCloseTo(1, 12);
    expect([apMedium, apLarge].map((value) => Math.round(value))).toEqual([expected.apMedium, expected.apLarge]);
  });

  it('does not hold a wrong prediction of another size against an area range', () => {
    // The stray covers 200 × 200 px: it is large. Among medium people it is left out, among all it halves precision.
    const medium = person({ areaPx2: 50 * 50 });
    const scores = cocoAverages(truth(medium), [stray(0.9), near(medium, 1, 0.5)]);
    expect(scores.apMedium).toBeCloseTo(1, 12);
    expect(scores.ap).toBeCloseTo(1 / 2, 12);
  });

  it('looks at the best twenty predictions of a picture', () => {
    const strays = (count: number): CocoResult[] => Array.from({ length: count }, () => stray(0.9));
    expect(cocoAverages(truth(person()), [...strays(19), near(person(), 1, 0.1)]).ap).toBeCloseTo(1 / 20, 12);
    expect(cocoAverages(truth(person()), [...strays(20), near(person(), 1, 0.1)]).ap).toBe(0);
  });

  it('is 0 without predictions and not a number without people', () => {
    expect(cocoAverages(truth(person()), [])).toMatchObject({
      ap: 0,
      ap50: 0,
      ar: 0,
      apLarge: 0,
      apMedium: Number.NaN,
    });
    expect(cocoAverages(truth(unlabelled()), [stray(0.9)])).toMatchObject({ ap: Number.NaN, ar: Number.NaN });
    expect(cocoAverages(truth(), [])).toMatchObject({ ap: Number.NaN, ar: Number.NaN });
  });

  // pycocotools 2.0.11 (COCOeval, iouType 'keypoints', evaluate, accumulate, summarize) on the texts of cocoScene(seed), 2026-11-21.
  it.each([
    [1, [0.26930165285643104, 0.3445898161244696, 0.264072306969903, 0.4390099009900989, 0.3135454974068835]],
    [2, [0.2096504353964911, 0.37765206552308805, 0.20718183711404212, 0.19869267854800735, 0.2575441504234457]],
    [3, [0.20395605274813194, 0.3405626276913406, 0.11940122583686939, 0.2044340904678703, 0.229101690707373]],
    [4, [0.2505451744258711, 0.3669580620852783, 0.2497038325094968, 0.29395049504950493, 0.26678725564864175]],
    [5, [0.1163890644717874, 0.15706949868727674, 0.12523964260832865, 0.11327467911626327, 0.1490933870715007]],
  ])('gives the precision of pycocotools on made-up scene %i', (seed, [ap, ap50, ap75, apMedium, apLarge]) => {
    const { averages } = scored(seed);
    expect(averages.ap).toBeCloseTo(ap, 12);
    expect(averages.ap50).toBeCloseTo(ap50, 12);
    expect(averages.ap75).toBeCloseTo(ap75, 12);
    expect(averages.apMedium).toBeCloseTo(apMedium, 12);
    expect(averages.apLarge).toBeCloseTo(apLarge, 12);
  });

  it.each([
    [1, [0.5733333333333334, 0.6666666666666666, 0.5333333333333333, 0.6666666666666667, 0.5333333333333333]],
    [2, [0.5875, 0.7916666666666666, 0.5833333333333334, 0.5466666666666666, 0.65]],
    [3, [0.5416666666666667, 0.7083333333333334, 0.4583333333333333, 0.4875, 0.6416666666666667]],
    [4, [0.5842105263157894, 0.7368421052631579, 0.5789473684210527, 0.5307692307692308, 0.7000000000000001]],
    [5, [0.4615384615384615, 0.5384615384615384, 0.5, 0.39333333333333337, 0.5375]],
  ])('gives the recall of pycocotools on made-up scene %i', (seed, [ar, ar50, ar75, arMedium, arLarge]) => {
    const { averages } = scored(seed);
    expect(averages.ar).toBeCloseTo(ar, 12);
    expect(averages.ar50).toBeCloseTo(ar50, 12);
    expect(averages.ar75).toBeCloseTo(ar75, 12);
    expect(averages.arMedium).toBeCloseTo(arMedium, 12);
    expect(averages.arLarge).toBeCloseTo(arLarge, 12);
  });
});

function scored(seed: number) {
  const { annotations, results } = cocoScene(seed);
  const groundTruth = parseCocoAnnotations(annotations, 'truth');
  return { averages: cocoAverages(groundTruth, parseCocoResults(results, 'results', groundTruth)) };
}
