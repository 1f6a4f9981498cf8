import { seededRandom } from '#base/random.js';
import { assign } from './assignment.js';

const X = Infinity;

/** All ways to give rows columns; the best has the most pairs, then the lowest cost. */
function bestByTrying(costs: readonly (readonly number[])[]): { pairs: number; cost: number } {
  let best = { pairs: 0, cost: 0 };
  const go = (row: number, used: ReadonlySet<number>, found: { pairs: number; cost: number }): void => {
    if (row === costs.length) {
      if (found.pairs > best.pairs || (found.pairs === best.pairs && found.cost < best.cost)) best = found;
      return;
    }
    go(row + 1, used, found);
    costs[row].forEach((cost, column) => {
      if (cost === X || used.has(column)) return;
      go(row + 1, new Set([...used, column]), { pairs: found.pairs + 1, cost: found.cost + cost });
    });
  };
  go(0, new Set(), best);
  return best;
}

function valueOf(costs: readonly (readonly number[])[], columnOfRow: readonly number[]) {
  const taken = columnOfRow.flatMap((column, row) => (column === -1 ? [] : [costs[row][column]]));
  return { pairs: taken.length, cost: taken.reduce((sum, cost) => sum + cost, 0) };
}

describe('assign', () => {
  it.each([
    { name: 'nothing', costs: [], expected: [] },
    { name: 'rows without columns', costs: [[], []], expected: [-1, -1] },
    { name: 'one allowed pair', costs: [[3]], expected: [0] },
    { name: 'one forbidden pair', costs: [[X]], expected: [-1] },
    { name: 'a cheap pair that would spoil the whole', costs: [[1, 2], [2, 9]], expected: [1, 0] }, // prettier-ignore
    { name: 'more rows than columns', costs: [[5], [1], [3]], expected: [-1, 0, -1] },
    { name: 'more columns than rows', costs: [[5, 1, 3]], expected: [1] },
    { name: 'a pair more rather than a cheaper one', costs: [[0, 100], [0, X]], expected: [1, 0] }, // prettier-ignore
    { name: 'all forbidden', costs: [[X, X], [X, X]], expected: [-1, -1] }, // prettier-ignore
    { name: 'ties, to the lower index', costs: [[1, 1], [1, 1]], expected: [0, 1] }, // prettier-ignore
    { name: 'negative costs', costs: [[-5, -1], [-4, -3]], expected: [0, 1] }, // prettier-ignore
  ])('solves $name', ({ costs, expected }) => {
    expect(assign(costs)).toEqual(expected);
  });

  it('is as good as trying everything, for random sizes and forbidden pairs', () => {
    const random = seededRandom(17);
    for (let run = 0; run < 400; run++) {
      const [rows, columns] = [1 + Math.floor(5 * random()), 1 + Math.floor(5 * random())];
      const costs = Array.from({ length: rows }, () =>
        Array.from({ length: columns }, () => (random() < 0.3 ? X : Math.round(1000 * random()) / 1000)),
      );
      const found = assign(costs);
      const used = found.filter((column) => column !== -1);
      expect(new Set(used).size).toBe(used.length);
      const [value, best] = [valueOf(costs, found), bestByTrying(costs)];
      expect(value.pairs).toBe(best.pairs);
      expect(value.cost).toBeCloseTo(best.cost, 9);
    }
  });

  it('does not depend on which side is called rows', () => {
    const random = seededRandom(23);
    const costs = Array.from({ length: 30 }, () => Array.from({ length: 40 }, () => random()));
    const turned = costs[0].map((_, column) => costs.map((row) => row[column]));
    expect(valueOf(turned, assign(turned)).cost).toBeCloseTo(valueOf(costs, assign(costs)).cost, 9);
  });
});
