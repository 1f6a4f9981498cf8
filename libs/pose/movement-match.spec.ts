import { evenly, matchMovement, type TimedPose } from './movement-match.js';
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
/** Ten poses a second. */
const timed = (vectors: readonly (Int8Array | null)[]): TimedPose[] =>
  vectors.map((vector, at) => ({ ptsUs: at * 100_000, vector }));
const still = (poses: number): Int8Array[] => new Array<Int8Array>(poses).fill(rest);

it.each([
  ['as it is', movement(16), 16],
  ['at half the speed', movement(31), 31],
  ['at almost twice the speed', movement(9), 9],
  ['in a mirror', movement(16).map(mirrored), 16],
])('a movement is found %s', (_, done, length) => {
  const found = matchMovement(movement(16), timed([...still(20), ...done, ...still(20)]));
  expect(found?.distance).toBeLessThan(0.03);
  expect(Math.abs((found?.from.ptsUs ?? 0) / 1e5 - 20)).toBeLessThanOrEqual(2);
  expect(Math.abs((found?.to.ptsUs ?? 0) / 1e5 - (19 + length))).toBeLessThanOrEqual(2);
});

it('a movement backwards is another one', () => {
  const found = matchMovement(movement(16), timed([...still(20), ...movement(16).reverse(), ...still(20)]));
  expect(found?.distance).toBeGreaterThan(0.1);
});

it('a pose that was not seen costs, but does not end a movement', () => {
  const done: (Int8Array | null)[] = [...movement(16)];
  done[5] = null;
  const found = matchMovement(movement(16), timed([...still(5), ...done]));
  expect(found?.distance).toBeLessThan(0.05);
});

it.each([
  ['an empty movement', [], movement(4)],
  ['an empty path', movement(4), []],
  ['a path shorter than half of the movement', movement(16), movement(6)],
])('nothing is found with %s', (_, query, path) => {
  expect(matchMovement(query, timed(path))).toBeNull();
});

it('a movement is found at another frame rate', () => {
  const every = (step: number, vectors: readonly Int8Array[]): TimedPose[] =>
    timed(vectors).filter((_, at) => at % step === 0);
  const path = every(4, [...still(20), ...movement(32), ...still(20)]);
  const query = evenly(every(3, movement(32)), 100_000).flatMap(({ vector }) => vector ?? []);
  const found = matchMovement(query, evenly(path, 100_000));
  expect(found?.distance).toBeLessThan(0.05);
  expect(Math.abs((found?.from.ptsUs ?? 0) / 1e5 - 20)).toBeLessThanOrEqual(4);
});

describe('evenly spaced poses', () => {
  const at = (...tenths: number[]): TimedPose[] => tenths.map((each) => ({ ptsUs: each * 1e5, vector: rest }));

  it.each<[string, TimedPose[], (number | null)[]]>([
    ['none', [], []],
    ['one', at(7), [7]],
    ['as many as there are', at(0, 1, 2), [0, 1, 2]],
    ['the nearest twice', at(0, 2.2, 4), [0, 0, 2.2, 2.2, 4]],
    ['nobody in a long gap', at(0, 12), [0, 0, 0, 0, 0, 0, null, 12, 12, 12, 12, 12, 12]],
  ])('of %s', (_, poses, expected) => {
    const found = evenly(poses, 100_000).map(({ ptsUs, vector }) => (vector === null ? null : ptsUs / 1e5));
    expect(found).toEqual(expected);
  });
});
