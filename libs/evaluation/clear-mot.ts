import type { BoxFrame } from './box-sequence.js';
import { bestPairs } from './best-pairs.js';

/**
 * CLEAR-MOT counts of box tracks.
 * Source: Bernardin & Stiefelhagen 2008, as py-motmetrics 1.4 (MIT) `MOTAccumulator.update` counts: an object keeps the hypothesis
 * it was last matched to while that pair is still valid; the rest is assigned optimally; it is a switch when the object was last
 * matched, any time ago, to another hypothesis.
 */
export interface ClearMot {
  /** 1 − (misses + false positives + switches) / objects; may be negative. NaN without objects. */
  readonly mota: number;
  /** Mean 1 − IoU over matches and switches. NaN without any. */
  readonly motp: number;
  readonly precision: number;
  readonly recall: number;
  readonly idSwitches: number;
  readonly falsePositives: number;
  readonly misses: number;
  /** Ground-truth boxes. */
  readonly objects: number;
  readonly matches: number;
}

interface Step {
  readonly pairs: readonly { readonly row: number; readonly column: number }[];
  readonly switches: number;
}

function matchFrame(frame: BoxFrame, lastOf: Map<number, number>, minIou: number): Step {
  const freeRows = new Set(frame.objects.keys());
  const freeColumns = new Set(frame.hypotheses.keys());
  const pairs: { row: number; column: number }[] = [];
  const take = (row: number, column: number): void => {
    pairs.push({ row, column });
    freeRows.delete(row);
    freeColumns.delete(column);
  };
  for (const [row, object] of frame.objects.entries()) {
    const last = lastOf.get(object.id);
    const column = frame.hypotheses.findIndex((hypothesis, at) => hypothesis.id === last && freeColumns.has(at));
    if (column >= 0 && frame.similarity[row][column] >= minIou) take(row, column);
  }
  const [rows, columns] = [[...freeRows], [...freeColumns]];
  let switches = 0;
  for (const pair of bestPairs(rows.length, columns.length, (r, c) => {
    const similarity = frame.similarity[rows[r]][columns[c]];
    return similarity >= minIou ? 1 - similarity : Infinity;
  })) {
    const [row, column] = [rows[pair.row], columns[pair.column]];
    const [object, hypothesis] = [frame.objects[row].id, frame.hypotheses[column].id];
    if (lastOf.has(object) && lastOf.get(object) !== hypothesis) switches++;
    lastOf.set(object, hypothesis);
    take(row, column);
  }
  return { pairs, switches };
}

/** CLEAR-MOT over one sequence; a pair is valid from `minIou` on. */
export function clearMot(frames: readonly BoxFrame[], minIou = 0.5): ClearMot {
  const lastOf = new Map<number, number>();
  let [objects, hypotheses, found, idSwitches, distance] = [0, 0, 0, 0, 0];
  for (const frame of frames) {
    const { pairs, switches } = matchFrame(frame, lastOf, minIou);
    objects += frame.objects.length;
    hypotheses += frame.hypotheses.length;
    found += pairs.length;
    idSwitches += switches;
    for (const { row, column } of pairs) distance += 1 - frame.similarity[row][column];
  }
  const [misses, falsePositives] = [objects - found, hypotheses - found];
  return {
    mota: 1 - (misses + falsePositives + idSwitches) / objects,
    motp: distance / found,
    precision: found / hypotheses,
    recall: found / objects,
    idSwitches,
    falsePositives,
    misses,
    objects,
    matches: found - idSwitches,
  };
}
