import { assign } from '#tracking/assignment.js';

/** A row and a column put together, each used at most once. */
export interface Pair {
  readonly row: number;
  readonly column: number;
}

/** As many allowed pairs as possible, and of these the cheapest together. A cost of Infinity forbids a pair. */
export function bestPairs(
  rows: number,
  columns: number,
  cost: (row: number, column: number) => number,
): readonly Pair[] {
  const costs = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => cost(row, column)),
  );
  return assign(costs).flatMap((column, row) => (column < 0 ? [] : [{ row, column }]));
}
