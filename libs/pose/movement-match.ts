/**
 * Where in a longer sequence of poses a movement occurs: dynamic time warping whose start and end are free (subsequence DTW; Müller,
 * "Information Retrieval for Music and Motion", 2007, section 4.4). Steps 1:1, 1:2 and 2:1 only, so that the movement may be done at
 * half to twice its speed and no pose stands for many: this bounds the warping as a band does.
 */
import { mirrored, vectorDistance } from './pose-embedding.js';

/** A pose in time; `vector` null: too little of the body was seen. */
export interface TimedPose {
  /** Media time, microseconds. */
  readonly ptsUs: number;
  readonly vector: Int8Array | null;
}

/** Where the movement was found. */
export interface MovementMatch {
  /** Its first and last pose in the path. */
  readonly from: TimedPose;
  readonly to: TimedPose;
  /** Mean pose distance along the way, see `vectorDistance`. */
  readonly distance: number;
}

/** Two poses that cannot be compared count as unrelated. */
const UNRELATED = 0.5;
/** A pose stands for the time around it, unless there is none for longer than this on either side. */
const GAP_US = 500_000;

/**
 * The pose nearest to each of evenly spaced moments from the first to the last pose, so that two cameras with different frame rates can
 * be compared. Null vectors where nobody was seen.
 * @param poses in order of time.
 */
export function evenly(poses: readonly TimedPose[], stepUs: number): TimedPose[] {
  if (poses.length === 0) return [];
  const fromUs = poses[0].ptsUs;
  const steps = Math.round((poses[poses.length - 1].ptsUs - fromUs) / stepUs);
  let at = 0;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const ptsUs = fromUs + step * stepUs;
    const away = (index: number): number => Math.abs(poses[index].ptsUs - ptsUs);
    while (at + 1 < poses.length && away(at + 1) <= away(at)) at++;
    return away(at) <= GAP_US ? poses[at] : { ptsUs, vector: null };
  });
}

/**
 * The best match of `query` or its mirror image in `path`; null when the path is shorter than half the query, or either is empty.
 * Costs query × path distances.
 */
export function matchMovement(query: readonly Int8Array[], path: readonly TimedPose[]): MovementMatch | null {
  const ways = [query, query.map(mirrored)].map((each) => warped(each, path)).filter((way) => way !== null);
  const [best] = ways.sort((a, b) => a.distance - b.distance);
  return ways.length === 0 ? null : { from: path[best.start], to: path[best.end], distance: best.distance };
}

interface Way {
  /** Places in the path, both included. */
  readonly start: number;
  readonly end: number;
  readonly distance: number;
}

/** The cheapest ways to each pose of the path, for one pose of the query. Reused row by row: this runs for every pair of poses. */
interface Row {
  /** Sum of distances, weighted by the poses of the query that they stand for; Infinity: no way leads there. */
  readonly cost: Float64Array;
  /** Where the way started. */
  readonly start: Int32Array;
}

function warped(query: readonly Int8Array[], path: readonly TimedPose[]): Way | null {
  if (query.length === 0) return null;
  let [older, newer, current] = [emptyRow(path.length), emptyRow(path.length), emptyRow(path.length)];
  query.forEach((pose, row) => {
    path.forEach(({ vector }, column) => {
      const here = vector === null ? UNRELATED : Math.min(UNRELATED, vectorDistance(pose, vector));
      if (row === 0) {
        current.cost[column] = here;
        current.start[column] = column;
        return;
      }
      current.cost[column] = Infinity;
      take(current, column, { from: newer, at: column - 1, cost: here }); // one pose for one
      take(current, column, { from: newer, at: column - 2, cost: here }); // the path does it more slowly: a pose is passed over
      take(current, column, { from: older, at: column - 1, cost: 2 * here }); // it does it faster: a pose stands for two
    });
    [older, newer, current] = [newer, current, older];
  });
  let best: Way | null = null;
  newer.cost.forEach((cost, end) => {
    const distance = cost / query.length;
    if (distance < (best?.distance ?? Infinity)) best = { start: newer.start[end], end, distance };
  });
  return best;
}

function emptyRow(length: number): Row {
  return { cost: new Float64Array(length).fill(Infinity), start: new Int32Array(length) };
}

/** Takes a step into `column` if it is cheaper than those before. */
function take(
  row: Row,
  column: number,
  step: { readonly from: Row; readonly at: number; readonly cost: number },
): void {
  if (step.at < 0) return;
  const cost = step.from.cost[step.at] + step.cost;
  if (cost >= row.cost[column]) return;
  row.cost[column] = cost;
  row.start[column] = step.from.start[step.at];
}
