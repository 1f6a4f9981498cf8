/** A source of numbers in [0, 1). Production code takes one as an argument; see `seededRandom`. */
export type Random = () => number;

/**
 * Deterministic numbers in [0, 1) from a 32-bit seed.
 * Source: mulberry32 (T. Ettinger, public domain): one 32-bit state, full period.
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
