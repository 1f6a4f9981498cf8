import type { BoxFrame } from './box-sequence.js';

/**
 * Average precision of boxes, ids ignored: in order of falling score each box takes the free object of its frame that it overlaps most,
 * from `minIou` on; the result is the area under the precision envelope at every recall.
 * Source: PASCAL VOC 2010 development kit (all-point interpolation).
 * @returns 0..1; NaN without objects. Boxes of one score keep the order of their frames.
 */
export function averagePrecision(frames: readonly BoxFrame[], minIou = 0.5): number {
  const objects = frames.reduce((sum, frame) => sum + frame.objects.length, 0);
  const boxes = frames.flatMap((frame) => frame.hypotheses.map(({ score }, column) => ({ frame, score, column })));
  boxes.sort((a, b) => b.score - a.score);
  const taken = new Map(frames.map((frame) => [frame, new Set<number>()]));
  let found = 0;
  const curve = boxes.map(({ frame, column }, rank) => {
    const used = taken.get(frame) ?? new Set<number>();
    let [best, bestRow] = [minIou, -1];
    frame.similarity.forEach((row, at) => {
      if (used.has(at) || row[column] < best) return;
      [best, bestRow] = [row[column], at];
    });
    if (bestRow >= 0) {
      used.add(bestRow);
      found++;
    }
    return { recall: found / objects, precision: found / (rank + 1) };
  });
  let [area, envelope] = [0, 0];
  for (let at = curve.length - 1; at >= 0; at--) {
    envelope = Math.max(envelope, curve[at].precision);
    area += envelope * (curve[at].recall - (at === 0 ? 0 : curve[at - 1].recall));
  }
  return objects === 0 ? Number.NaN : area;
}
