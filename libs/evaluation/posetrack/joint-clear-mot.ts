import { bestPairs } from '../best-pairs.js';
import { MAX_DISTANCE, type JointFrame } from './joint-distances.js';

/**
 * CLEAR-MOT counts of one joint class over one sequence.
 * Source: py-motmetrics 1.2.0 (MIT) `MOTAccumulator.update`, as poseval @4258a157 calls it: an object keeps the hypothesis it was
 * last matched to while they are within reach; the rest is assigned optimally; it is a switch when the object was last matched, any
 * time ago, to another hypothesis.
 */
export interface JointMotCounts {
  readonly misses: number;
  readonly switches: number;
  readonly falsePositives: number;
  readonly objects: number;
  /** Matches and switches. */
  readonly detections: number;
  /** Times an object is lost between two detections of it. */
  readonly fragmentations: number;
  /** Assignments of a hypothesis that was last matched to another object. */
  readonly transfers: number;
  /** Sum of distances over matches and switches, head sizes. */
  readonly matchedDistance: number;
  /** The same over every event, as poseval adds it up: each pair within reach once more, and each switch and transfer again. */
  readonly eventDistance: number;
}

interface Event {
  readonly kind: 'match' | 'miss';
  readonly object: number;
}

/** @param frames all frames of the sequence, in order. */
export function jointClearMot(frames: readonly JointFrame[]): JointMotCounts {
  const accumulator = new Accumulator();
  for (const frame of frames) accumulator.add(frame);
  return accumulator.counts();
}

class Accumulator {
  private readonly hypothesisOf = new Map<number, number>();
  private readonly objectOf = new Map<number, number>();
  private readonly everMatchedObjects = new Set<number>();
  private readonly everMatchedHypotheses = new Set<number>();
  private readonly events: Event[] = [];
  private misses = 0;
  private switches = 0;
  private falsePositives = 0;
  private objects = 0;
  private transfers = 0;
  private matchedDistance = 0;
  private eventDistance = 0;

  add(frame: JointFrame): void {
    const freeRows = new Set(frame.objects.keys());
    const freeColumns = new Set(frame.hypotheses.keys());
    for (const row of frame.distances) for (const d of row) if (d <= MAX_DISTANCE) this.eventDistance += d;
    this.objects += frame.objects.length;
    for (const [row, object] of frame.objects.entries()) {
      const last = this.hypothesisOf.get(object);
      const column = frame.hypotheses.findIndex((hypothesis, at) => hypothesis === last && freeColumns.has(at));
      if (column < 0 || frame.distances[row][column] > MAX_DISTANCE) continue;
      freeRows.delete(row);
      freeColumns.delete(column);
      // As in motmetrics, whose object the hypothesis was last assigned to is not changed by this.
      this.note(object, frame.distances[row][column]);
    }
    const [rows, columns] = [[...freeRows], [...freeColumns]];
    const pairs = bestPairs(rows.length, columns.length, (r, c) => {
      const distance = frame.distances[rows[r]][columns[c]];
      return distance <= MAX_DISTANCE ? distance : Infinity;
    });
    for (const { row, column } of pairs) {
      freeRows.delete(rows[row]);
      freeColumns.delete(columns[column]);
      this.assign(
        frame.objects[rows[row]],
        frame.hypotheses[columns[column]],
        frame.distances[rows[row]][columns[column]],
      );
    }
    for (const row of freeRows) this.events.push({ kind: 'miss', object: frame.objects[row] });
    this.misses += freeRows.size;
    this.falsePositives += freeColumns.size;
  }

  counts(): JointMotCounts {
    const { misses, switches, falsePositives, objects, transfers, matchedDistance, eventDistance } = this;
    const fragmentations = [...new Set(this.events.map(({ object }) => object))].reduce(
      (sum, object) => sum + gaps(this.events.filter((event) => event.object === object)),
      0,
    );
    const detections = objects - misses;
    return {
      ...{ misses, switches, falsePositives, objects, detections },
      ...{ fragmentations, transfers, matchedDistance, eventDistance },
    };
  }

  private assign(object: number, hypothesis: number, distance: number): void {
    const last = this.hypothesisOf.get(object);
    const isSwitch = last !== undefined && last !== hypothesis;
    const lastObject = this.objectOf.get(hypothesis);
    const isTransfer = lastObject !== undefined && lastObject !== object;
    if (isSwitch) this.switches++;
    // A hypothesis seen for the first time takes over ("ascend"): one more event of this distance.
    if (isSwitch && !this.everMatchedHypotheses.has(hypothesis)) this.eventDistance += distance;
    if (isTransfer) {
      this.transfers++;
      this.eventDistance += distance;
      // The object is matched for the first time ("migrate").
      if (!this.everMatchedObjects.has(object)) this.eventDistance += distance;
    }
    this.everMatchedHypotheses.add(hypothesis);
    this.everMatchedObjects.add(object);
    this.hypothesisOf.set(object, hypothesis);
    this.objectOf.set(hypothesis, object);
    this.note(object, distance);
  }

  private note(object: number, distance: number): void {
    this.events.push({ kind: 'match', object });
    this.matchedDistance += distance;
    this.eventDistance += distance;
  }
}

/** Runs of misses of one object that lie between two matches. */
function gaps(events: readonly Event[]): number {
  const first = events.findIndex(({ kind }) => kind === 'match');
  let count = 0;
  let pending = false;
  for (const { kind } of first < 0 ? [] : events.slice(first)) {
    if (kind === 'miss') pending = true;
    else if (pending) {
      count++;
      pending = false;
    }
  }
  return count;
}
