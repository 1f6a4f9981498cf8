import { readFileSync } from 'node:fs';
import { itWithData } from '#testing/shared-data.js';
import { boxSequence, type BoxFrame } from './box-sequence.js';
import { clearMot } from './clear-mot.js';
import { averagePrecision } from './detection-ap.js';
import { hota } from './hota.js';
import { identityScores } from './idf1.js';
import { parseMot, type MotRow } from './mot-file.js';

type Place = readonly [frame: number, id: number, left: number, confidence?: number];

/** Boxes of 10 × 10 at the given left edges: 5 px apart they overlap with IoU 1/3, 2 px apart with 2/3. */
function rows(places: readonly Place[]): readonly MotRow[] {
  return places.map(([frame, id, left, confidence]) => ({
    frame,
    id,
    box: [left, 0, left + 10, 10],
    confidence: confidence ?? 1,
  }));
}
const sequence = (objects: readonly Place[], hypotheses: readonly Place[]): readonly BoxFrame[] =>
  boxSequence(rows(objects), rows(hypotheses));

describe('box metrics on small scenes', () => {
  const walk: readonly Place[] = [
    [1, 1, 0],
    [2, 1, 3],
    [3, 1, 6],
    [1, 2, 100],
    [2, 2, 103],
    [3, 2, 106],
  ];

  it('are perfect when the prediction is the truth under other names', () => {
    const frames = sequence(
      walk,
      walk.map(([frame, id, left]) => [frame, id + 10, left]),
    );
    expect(clearMot(frames)).toMatchObject({
      mota: 1,
      motp: 0,
      idSwitches: 0,
      misses: 0,
      falsePositives: 0,
      objects: 6,
    });
    expect(identityScores(frames)).toMatchObject({ idf1: 1, idp: 1, idr: 1 });
    expect(hota(frames)).toEqual({ hota: 1, deta: 1, assa: 1, loca: 1 });
    expect(averagePrecision(frames)).toBe(1);
  });

  it('count a swap of two ids as two switches', () => {
    const frames = sequence(walk, [
      [1, 1, 0],
      [1, 2, 100],
      [2, 2, 3],
      [2, 1, 103],
      [3, 2, 6],
      [3, 1, 106],
    ]);
    expect(clearMot(frames)).toMatchObject({ idSwitches: 2, misses: 0, falsePositives: 0, mota: 1 - 2 / 6 });
    expect(identityScores(frames).idf1).toBeCloseTo(4 / 6, 12);
  });

  it('keep a pair that is still valid although another hypothesis fits better', () => {
    const frames = sequence(
      [
        [1, 1, 0],
        [2, 1, 0],
      ],
      [
        [1, 7, 0],
        [2, 7, 2],
        [2, 8, 0],
      ],
    );
    expect(clearMot(frames)).toMatchObject({ idSwitches: 0, falsePositives: 1, matches: 2 });
  });

  it('count a switch however long the object was unseen', () => {
    const frames = sequence(
      [
        [1, 1, 0],
        [500, 1, 0],
      ],
      [
        [1, 7, 0],
        [500, 8, 0],
      ],
    );
    expect(clearMot(frames).idSwitches).toBe(1);
  });

  it('prefer two pairs over one better pair', () => {
    const frames = sequence(
      [
        [1, 1, 0],
        [1, 2, 3],
      ],
      [
        [1, 7, 3],
        [1, 8, 6],
      ],
    );
    expect(clearMot(frames)).toMatchObject({ matches: 2, misses: 0 });
  });

  it('leave out ground truth that does not count', () => {
    expect(clearMot(sequence([[1, 1, 0, 0]], [[1, 1, 0]]))).toMatchObject({ objects: 0, falsePositives: 1 });
  });

  it('lose precision, not recall, to a false alarm of high confidence', () => {
    expect(
      averagePrecision(
        sequence(
          [[1, 1, 0]],
          [
            [1, 1, 0, 0.5],
            [1, 2, 50, 0.9],
          ],
        ),
      ),
    ).toBe(0.5);
    expect(
      averagePrecision(
        sequence(
          [[1, 1, 0]],
          [
            [1, 1, 0, 0.9],
            [1, 2, 50, 0.5],
          ],
        ),
      ),
    ).toBe(1);
  });

  it('give one object to one box only', () => {
    expect(
      averagePrecision(
        sequence(
          [
            [1, 1, 0],
            [1, 2, 50],
          ],
          [
            [1, 1, 0, 0.9],
            [1, 2, 1, 0.8],
          ],
        ),
      ),
    ).toBe(0.5);
  });

  it('fall to nothing when nothing is predicted', () => {
    const frames = sequence(walk, []);
    expect(clearMot(frames)).toMatchObject({ mota: 0, misses: 6 });
    expect(identityScores(frames).idf1).toBe(0);
    expect(hota(frames).hota).toBe(0);
    expect(averagePrecision(frames)).toBe(0);
  });
});

describe('box metrics against the reference programs', () => {
  interface Expected {
    readonly sequences: Readonly<
      Record<
        string,
        {
          readonly 'motmetrics_iou0.5': Readonly<Record<string, number>>;
          readonly trackeval_HOTA: { readonly mean: Readonly<Record<string, number>> };
        }
      >
    >;
  }

  itWithData(
    'give the numbers of py-motmetrics 1.4.0 and TrackEval on TUD-Campus',
    ['mot/expected.json', 'mot/TUD-Campus/gt.txt', 'mot/TUD-Campus/test.txt'],
    (expectedFile, gtFile, predFile) => {
      const expected = (JSON.parse(readFileSync(expectedFile, 'utf8')) as Expected).sequences['TUD-Campus'];
      const [gt, pred] = [gtFile, predFile].map((file) => parseMot(readFileSync(file, 'utf8'), file));
      const frames = boxSequence(gt, pred);
      const clear = clearMot(frames);
      const identity = identityScores(frames);
      const higher = hota(frames);
      const reference = expected['motmetrics_iou0.5'];
      const mean = expected.trackeval_HOTA.mean;
      const table: readonly (readonly [string, number, number])[] = [
        ['mota', clear.mota, reference.mota],
        ['motp', clear.motp, reference.motp],
        ['precision', clear.precision, reference.precision],
        ['recall', clear.recall, reference.recall],
        ['switches', clear.idSwitches, reference.num_switches],
        ['false positives', clear.falsePositives, reference.num_false_positives],
        ['misses', clear.misses, reference.num_misses],
        ['objects', clear.objects, reference.num_objects],
        ['matches', clear.matches, reference.num_matches],
        ['idf1', identity.idf1, reference.idf1],
        ['idp', identity.idp, reference.idp],
        ['idr', identity.idr, reference.idr],
        ['hota', higher.hota, mean.HOTA],
        ['deta', higher.deta, mean.DetA],
        ['assa', higher.assa, mean.AssA],
        ['loca', higher.loca, mean.LocA],
      ];
      for (const [name, ours, theirs] of table) {
        expect({ name, close: Math.abs(ours - theirs) <= 1e-6, ours, theirs }).toMatchObject({ close: true });
      }
    },
  );
});
