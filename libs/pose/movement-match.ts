/**
 * Where in a longer sequence of poses a movement occurs: dynamic time warping whose start and end are free (subsequence DTW; Müller,
 * "Information Retrieval for Music and Motion", 2007, section 4.4). Steps 1:1, 1:2 and 2:1 only, so that the movement may be done at
 * half to twice its speed and no pose stands for many: this bounds the warping as a band does.
 */
import { mirrored, vectorDistance } from './pose-embedding.js';

/** Where the movement was found. */
export interface MovementMatch {
  /** Places in the path, both included. */
  readonly start: number;
  readonly end: number;
  /** Mean pose distance along the way, see `vectorDistance`. */
  readonly distance: number;
}

/** Two poses that cannot be compared count as unrelated. */
const UNRELATED = 0.5;

/**
 * The best match of `query` or its mirror image in `path`; null when the path is shorter than half the query, or either is empty.
 * Costs query × path distances.
 */
export function matchMovement(query: readonly Int8Array[], path: readonly (Int8Array | null)[]): MovementMatch | null {
  const plain = warped(query, path);
  const turned = warped(query.map(mirrored), path);
  if (plain === null || turned === null) return plain ?? turned;
  return turned.distance < plain.distance ? turned : plain;
}

interface Cell {
  /** Sum of distances, weighted by the poses of the query that they stand for. */
  readonly cost: number;
  readonly start: number;
}

const unreachable: Cell = { cost: Infinity, start: 0 };

function warped(query: readonly Int8Array[], path: readonly (Int8Array | null)[]): MovementMatch | null {
  if (query.length === 0) return null;
  const between = (row: number, column: number): number => {
    const pose = path[column];
    return pose === null ? UNRELATED : Math.min(UNRELATED, vectorDistance(query[row], pose));
  };
  let twoBefore: readonly Cell[] = [];
  let before: readonly Cell[] = path.map((_, column) => ({ cost: between(0, column), start: column }));
  for (let row = 1; row < query.length; row++) {
    const [older, newer] = [twoBefore, before];
    const current = path.map((_, column): Cell => {
      const here = between(row, column);
      const options: Cell[] = [
        added(newer[column - 1], here), // one pose for one
        added(newer[column - 2], here), // the path does it more slowly: one of its poses is passed over
        added(older[column - 1], 2 * here), // the path does it faster: one of its poses stands for two
      ];
      return options.reduce((best, option) => (option.cost < best.cost ? option : best), unreachable);
    });
    twoBefore = before;
    before = current;
  }
  return before.reduce<MovementMatch | null>((best, { cost, start }, end) => {
    const distance = cost / query.length;
    return distance < (best?.distance ?? Infinity) ? { start, end, distance } : best;
  }, null);
}

function added(from: Cell | undefined, cost: number): Cell {
  return from === undefined ? unreachable : { cost: from.cost + cost, start: from.start };
}
