import { decodeLaneState, emptyLaneState, encodeLaneState, type LaneState } from './lane-state.js';

/** `emptyLaneState(3)` as version 1 stored it, without its first byte. */
const deflatedEmpty =
  'RY7NDoIwEITfZc81AcWQ9iG8GE/Gw1JWIWK39gcwpO9uCibeZjbzzc4CZFl3oA4CHLFryYFawNAczvQGVQiYsA+9eYC63pKA4FA//6ETgyp/V58jAu4OX3Tx' +
  'oHayKOpSyv2xqqtCyjIJaKjDsef1yYRBd7RSSQBbMluB5miCzzM02hAdtesONDh8/M+0jq3NekmZjaHheaMH9AGUicMgwFPu3LR1NPYc/ebTFw==';

/** A state whose JSON takes at least `bytes` bytes; no reason of a dropped frame is like another. */
function stateOf(bytes: number): LaneState {
  const empty = emptyLaneState(3);
  const dropped = Object.fromEntries(Array.from({ length: bytes / 8 }, (_, index) => [`räson${index}`, index]));
  return { ...empty, counts: { ...empty.counts, dropped } };
}

it.each([0, 800, 3000, 100_000])('is the same after it was stored: at least %i bytes of JSON', (size) => {
  const state = stateOf(size);
  expect(decodeLaneState(encodeLaneState(state))).toEqual(state);
});

it('takes less room than its JSON where that is long', () => {
  const state = stateOf(3000);
  expect(encodeLaneState(state).length).toBeLessThan(JSON.stringify(state).length / 2);
});

it('reads what was stored when every state was deflated', () => {
  const bytes = Uint8Array.of(1, ...Buffer.from(deflatedEmpty, 'base64'));
  expect(decodeLaneState(bytes)).toEqual(emptyLaneState(3));
});

it('refuses bytes of a kind that it does not know', () => {
  expect(() => decodeLaneState(Uint8Array.of(9, 123, 125))).toThrow('kind 9');
  expect(() => decodeLaneState(new Uint8Array())).toThrow('kind undefined');
});
