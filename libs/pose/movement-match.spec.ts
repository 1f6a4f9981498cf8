import { matchMovement } from './movement-match.js';
import { EMBEDDING_SIZE, mirrored } from './pose-embedding.js';

/** A pose of a movement: an arm that swings as `phase` goes from 0 to 1; other joints rest. */
function pose(phase: number): Int8Array {
  const vector = Int8Array.from({ length: EMBEDDING_SIZE }, (_, i) => (i * 7) % 50);
  vector[10] = Math.round(100 * Math.cos(2 * Math.PI * phase));
  vector[11] = Math.round(100 * Math.sin(2 * Math.PI * phase));
  return vector;
}

const rest = pose(0.7);
const movement = (poses: number): Int8Array[] =>
  Array.from({ length: poses }, (_, at) => pose((0.5 * at) / (poses - 1)));
const still = (poses: number): Int8Array[] => new Array<Int8Array>(poses).fill(rest);

it.each([
  ['as it is', movement(16), 16],
  ['at half the speed', movement(31), 31],
  ['at almost twice the speed', movement(9), 9],
  ['in a mirror', movement(16).map(mirrored), 16],
])('a movement is found %s', (_, done, length) => {
  const found = matchMovement(movement(16), [...still(20), ...done, ...still(20)]);
  expect(found?.distance).toBeLessThan(0.03);
  expect(Math.abs((found?.start ?? 0) - 20)).toBeLessThanOrEqual(2);
  expect(Math.abs((found?.end ?? 0) - (19 + length))).toBeLessThanOrEqual(2);
});

it('a movement backwards is another one', () => {
  const found = matchMovement(movement(16), [...still(20), ...movement(16).reverse(), ...still(20)]);
  expect(found?.distance).toBeGreaterThan(0.1);
});

it('a pose that was not seen costs, but does not end a movement', () => {
  const done: (Int8Array | null)[] = [...movement(16)];
  done[5] = null;
  const found = matchMovement(movement(16), [...still(5), ...done]);
  expect(found?.distance).toBeLessThan(0.05);
});

it.each([
  ['an empty movement', [], movement(4)],
  ['an empty path', movement(4), []],
  ['a path shorter than half of the movement', movement(16), movement(6)],
])('nothing is found with %s', (_, query, path) => {
  expect(matchMovement(query, path)).toBeNull();
});
