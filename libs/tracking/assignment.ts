/**
 * Rectangular linear assignment by shortest augmenting paths, O(rows² · columns).
 * Source: the Hungarian method with potentials (Kuhn 1955; Jonker and Volgenant, Computing 38, 1987).
 * Infinity forbids a pair. As many allowed pairs as possible are made, and among those the cheapest set; ties go to
 * the lower index, so the result depends on nothing but the costs.
 */

/**
 * The column of each row, or −1 for a row without one.
 * `costs`: rows of equal length, finite or Infinity.
 */
export function assign(costs: readonly (readonly number[])[]): number[] {
  const rows = costs.length;
  const columns = costs.at(0)?.length ?? 0;
  if (rows === 0 || columns === 0) return Array.from({ length: rows }, () => -1);
  if (rows <= columns) return forbid(costs, solve(finite(costs)));
  const turned = Array.from({ length: columns }, (_, column) => costs.map((row) => row[column]));
  const rowOfColumn = forbid(turned, solve(finite(turned)));
  const result = Array.from({ length: rows }, () => -1);
  rowOfColumn.forEach((row, column) => {
    if (row !== -1) result[row] = column;
  });
  return result;
}

/** Forbidden pairs get a price above any set of allowed ones, so that they are taken last. */
function finite(costs: readonly (readonly number[])[]): number[][] {
  let largest = 1;
  for (const row of costs) for (const cost of row) if (cost !== Infinity) largest = Math.max(largest, Math.abs(cost));
  const price = largest * 2 * (costs.length + 1);
  return costs.map((row) => row.map((cost) => (cost === Infinity ? price : cost)));
}

function forbid(costs: readonly (readonly number[])[], columnOfRow: readonly number[]): number[] {
  return columnOfRow.map((column, row) => (costs[row][column] === Infinity ? -1 : column));
}

/** `costs` has at most as many rows as columns; every row gets a column. Index 0 of the working arrays is "none". */
function solve(costs: readonly (readonly number[])[]): number[] {
  const columns = costs[0].length;
  const rowPotential = new Float64Array(costs.length + 1);
  const columnPotential = new Float64Array(columns + 1);
  const rowOf = new Int32Array(columns + 1);
  for (let row = 1; row <= costs.length; row++) augment(costs, row, { rowPotential, columnPotential, rowOf });
  const columnOfRow = Array.from({ length: costs.length }, () => -1);
  for (let column = 1; column <= columns; column++) if (rowOf[column] > 0) columnOfRow[rowOf[column] - 1] = column - 1;
  return columnOfRow;
}

interface Working {
  readonly rowPotential: Float64Array;
  readonly columnPotential: Float64Array;
  /** Row of each column, counted from 1; 0: free. */
  readonly rowOf: Int32Array;
}

/** Gives `row` a column along the shortest path of re-assignments. Changes the working arrays. */
function augment(costs: readonly (readonly number[])[], row: number, working: Working): void {
  const { rowPotential, columnPotential, rowOf } = working;
  const columns = rowOf.length - 1;
  const shortest = new Float64Array(columns + 1).fill(Infinity);
  const before = new Int32Array(columns + 1);
  const visited = new Uint8Array(columns + 1);
  rowOf[0] = row;
  let column = 0;
  while (rowOf[column] !== 0) {
    visited[column] = 1;
    const from = rowOf[column];
    let step = Infinity;
    let next = 0;
    for (let j = 1; j <= columns; j++) {
      if (visited[j] === 1) continue;
      const reduced = costs[from - 1][j - 1] - rowPotential[from] - columnPotential[j];
      if (reduced < shortest[j]) [shortest[j], before[j]] = [reduced, column];
      if (shortest[j] < step) [step, next] = [shortest[j], j];
    }
    for (let j = 0; j <= columns; j++) {
      if (visited[j] === 1) {
        rowPotential[rowOf[j]] += step;
        columnPotential[j] -= step;
      } else shortest[j] -= step;
    }
    column = next;
  }
  while (column !== 0) {
    rowOf[column] = rowOf[before[column]];
    column = before[column];
  }
}
