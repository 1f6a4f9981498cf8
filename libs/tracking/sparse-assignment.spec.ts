import { seededRandom } from '#base/random.js';
import { assign } from './assignment.js';
import { assignSparse, type LikelyPair } from './sparse-assignment.js';

const ALONE = 0.7;

/** The same as one large assignment, in which each row has a column of its own for staying alone. */
function whole(pairs: readonly LikelyPair[], size: { rows: number; columns: number }): number {
  const costs = Array.from({ length: size.rows }, (_, row) =>
    Array.from({ length: size.columns + size.rows }, (__, column) =>
      column === size.columns + row ? ALONE : Infinity,
    ),
  );
  for (const { row, column, cost } of pairs) costs[row][column] = cost;
  return assign(costs).reduce((sum, column, row) => sum + costs[row][column], 0);
}

function costOf(chosen: readonly LikelyPair[], rows: number): number {
  return chosen.reduce((sum, { cost }) => sum + cost, 0) + (rows - chosen.length) * ALONE;
}

describe('assignment of few likely pairs', () => {
  it.each([
    { name: 'nothing', pairs: [], expected: [] },
    { name: 'one pair', pairs: [[0, 0, 0.2]], expected: [[0, 0]] },
    { name: 'one pair that costs more than none', pairs: [[0, 0, 0.8]], expected: [] },
    { name: 'two who want the same', pairs: [[0, 5, 0.2], [3, 5, 0.1]], expected: [[3, 5]] }, // prettier-ignore
    { name: 'a dear pair that makes room for another', pairs: [[0, 0, 0.1], [0, 1, 0.2], [1, 0, 0.3]], expected: [[0, 1], [1, 0]] }, // prettier-ignore
    { name: 'a pair that would push another too far', pairs: [[0, 0, 0.1], [0, 1, 0.65], [1, 0, 0.3]], expected: [[0, 0]] }, // prettier-ignore
  ])('solves $name', ({ pairs, expected }) => {
    const chosen = assignSparse(
      pairs.map(([row, column, cost]) => ({ row, column, cost })),
      ALONE,
    );
    expect(chosen.map(({ row, column }) => [row, column])).toEqual(expected);
  });

  it('is as good as one large assignment, however the pairs hang together', () => {
    const random = seededRandom(41);
    for (let run = 0; run < 300; run++) {
      const size = { rows: 1 + Math.floor(12 * random()), columns: 1 + Math.floor(12 * random()) };
      const density = random();
      const pairs: LikelyPair[] = [];
      for (let row = 0; row < size.rows; row++)
        for (let column = 0; column < size.columns; column++)
          if (random() < density) pairs.push({ row, column, cost: random() });
      const chosen = assignSparse(pairs, ALONE);
      expect(new Set(chosen.map(({ row }) => row)).size).toBe(chosen.length);
      expect(new Set(chosen.map(({ column }) => column)).size).toBe(chosen.length);
      expect(costOf(chosen, size.rows)).toBeCloseTo(whole(pairs, size), 9);
    }
  });
});
