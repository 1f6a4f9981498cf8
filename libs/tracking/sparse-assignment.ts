import { assign } from './assignment.js';

/**
 * Assignment where each row can go with few columns only, as with people who are spread over a picture: what has no pair in common is
 * solved apart, so a hundred people cost little more than five times twenty. Same result as one large assignment.
 */
export interface LikelyPair {
  readonly row: number;
  readonly column: number;
  /** Finite. */
  readonly cost: number;
}

/** The cheapest pairs together, each row and column at most once; a row that stays without one costs `aloneCost`. */
export function assignSparse(pairs: readonly LikelyPair[], aloneCost: number): LikelyPair[] {
  const worthwhile = pairs.filter(({ cost }) => cost <= aloneCost);
  return connected(worthwhile).flatMap((group) => (group.length === 1 ? group : solved(group, aloneCost)));
}

/** Groups of pairs that share rows or columns, directly or through others. */
function connected(pairs: readonly LikelyPair[]): LikelyPair[][] {
  const byRow = groupedBy(pairs, ({ row }) => row);
  const byColumn = groupedBy(pairs, ({ column }) => column);
  const seen = new Set<LikelyPair>();
  return pairs.flatMap((start) => {
    if (seen.has(start)) return [];
    seen.add(start);
    const group = [start];
    for (const { row, column } of group)
      for (const next of [...(byRow.get(row) ?? []), ...(byColumn.get(column) ?? [])]) {
        if (seen.has(next)) continue;
        seen.add(next);
        group.push(next);
      }
    return [group];
  });
}

function groupedBy(pairs: readonly LikelyPair[], key: (pair: LikelyPair) => number): ReadonlyMap<number, LikelyPair[]> {
  const groups = new Map<number, LikelyPair[]>();
  for (const pair of pairs) {
    const group = groups.get(key(pair));
    if (group === undefined) groups.set(key(pair), [pair]);
    else group.push(pair);
  }
  return groups;
}

/** One group. Each row has a column of its own for staying alone. */
function solved(group: readonly LikelyPair[], aloneCost: number): LikelyPair[] {
  const rows = [...new Set(group.map(({ row }) => row))].toSorted((a, b) => a - b);
  const columns = [...new Set(group.map(({ column }) => column))].toSorted((a, b) => a - b);
  const costs = rows.map((_, own) =>
    Array.from({ length: columns.length + rows.length }, (__, at) =>
      at === columns.length + own ? aloneCost : Infinity,
    ),
  );
  const pairAt = rows.map(() => new Map<number, LikelyPair>());
  for (const pair of group) {
    const [row, column] = [rows.indexOf(pair.row), columns.indexOf(pair.column)];
    costs[row][column] = pair.cost;
    pairAt[row].set(column, pair);
  }
  return assign(costs).flatMap((column, row) => pairAt[row].get(column) ?? []);
}
