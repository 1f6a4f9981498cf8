import { isDeepStrictEqual } from 'node:util';
import { seededRandom } from '#base/random.js';
import { emptyReorderState, reorder, type ReorderOptions, type ReorderState } from './reorderer.js';

interface Message {
  readonly seq: number;
}

const live: ReorderOptions = { nowMs: 0, maxWaiting: 4, lateMs: 1000, mayGiveUp: true };
const file: ReorderOptions = { ...live, mayGiveUp: false };

/** Feeds `arrivals` ([seq, wall clock]) and says what came out at each. */
function feed(arrivals: readonly (readonly [number, number])[], options: ReorderOptions) {
  let state: ReorderState<Message> = emptyReorderState();
  return arrivals.map(([seq, nowMs]) => {
    const step = reorder(state, { seq }, { ...options, nowMs });
    state = step.state;
    return { released: step.released.map((message) => message.seq), missing: step.missing };
  });
}

const released = (seqs: readonly number[], missing: readonly number[] = []) => ({ released: seqs, missing });

describe('reorderer', () => {
  it.each([
    { name: 'order', arrivals: [0, 1, 2], expected: [[0], [1], [2]] },
    { name: 'two swapped', arrivals: [1, 0, 2], expected: [[], [0, 1], [2]] },
    { name: 'all reversed', arrivals: [3, 2, 1, 0], expected: [[], [], [], [0, 1, 2, 3]] },
    { name: 'a repetition of what is done', arrivals: [0, 0, 1], expected: [[0], [], [1]] },
    { name: 'a repetition of what waits', arrivals: [1, 1, 0], expected: [[], [], [0, 1]] },
  ])('releases $name', ({ arrivals, expected }) => {
    const found = feed(
      arrivals.map((seq) => [seq, 0] as const),
      live,
    );
    expect(found).toEqual(expected.map((seqs) => released(seqs)));
  });

  it('gives up a live gap when a message has waited for lateMs', () => {
    const found = feed([[0, 0], [2, 100], [3, 1099], [4, 1100], [1, 1200]], live); // prettier-ignore
    expect(found).toEqual([released([0]), released([]), released([]), released([2, 3, 4], [1]), released([])]);
  });

  it('gives up a live gap when more than maxWaiting messages wait', () => {
    const found = feed([[1, 0], [2, 0], [3, 0], [4, 0], [7, 0]], live); // prettier-ignore
    expect(found.at(-1)).toEqual(released([1, 2, 3, 4], [0]));
  });

  it('judges each gap by what waits behind it', () => {
    const found = feed([[1, 0], [3, 900], [4, 1000]], live); // prettier-ignore
    expect(found.at(-1)).toEqual(released([1], [0]));
  });

  it('never gives up a gap of a file', () => {
    const found = feed([...Array.from({ length: 50 }, (_, i) => [i + 1, i * 10_000] as const), [0, 1e9]], file);
    expect(found.slice(0, 50)).toEqual(Array.from({ length: 50 }, () => released([])));
    expect(found.at(-1)?.released).toEqual(Array.from({ length: 51 }, (_, i) => i));
  });

  it('gives up late gaps when only time passes, and everything with maxWaiting 0', () => {
    const { state } = reorder<Message>(emptyReorderState(), { seq: 2 }, live);
    expect(reorder(state, null, { ...live, nowMs: 999 }).released).toEqual([]);
    expect(reorder(state, null, { ...live, nowMs: 1000 })).toMatchObject({ released: [{ seq: 2 }], missing: [0, 1] });
    expect(reorder(state, null, { ...live, maxWaiting: 0 })).toMatchObject({ released: [{ seq: 2 }], missing: [0, 1] });
  });

  it('goes on from any seq', () => {
    expect(reorder<Message>(emptyReorderState(7), { seq: 7 }, live).released).toEqual([{ seq: 7 }]);
  });

  it('refuses a seq that is absurdly far ahead', () => {
    expect(() => reorder<Message>(emptyReorderState(), { seq: 1e9 }, live)).toThrow(/100000 ahead/);
  });

  it('brings any arrival order with repetitions into the same output, through JSON at every step', () => {
    const random = seededRandom(41);
    for (let run = 0; run < 50; run++) {
      const seqs = Array.from({ length: 40 }, (_, seq) => seq);
      const arrivals = [...seqs, ...seqs.filter(() => random() < 0.3)]
        .map((seq) => ({ seq, order: random() }))
        .sort((a, b) => a.order - b.order);
      let state: ReorderState<Message> = emptyReorderState();
      const out: number[] = [];
      for (const { seq } of arrivals) {
        const step = reorder(state, { seq }, file);
        state = JSON.parse(JSON.stringify(step.state)) as ReorderState<Message>;
        if (!isDeepStrictEqual(state, step.state)) expect(state).toEqual(step.state);
        out.push(...step.released.map((message) => message.seq));
      }
      expect(out).toEqual(seqs);
    }
  });

  it('lets every live seq leave exactly once, as released or missing', () => {
    const random = seededRandom(43);
    for (let run = 0; run < 50; run++) {
      let state: ReorderState<Message> = emptyReorderState();
      const out: number[] = [];
      for (let nowMs = 0; nowMs < 60; nowMs++) {
        const seq = Math.max(0, nowMs + Math.floor(12 * (random() - 0.5)));
        const step = reorder(state, { seq }, { ...live, nowMs, lateMs: 5 });
        state = step.state;
        out.push(...[...step.released.map((message) => message.seq), ...step.missing].sort((a, b) => a - b));
      }
      expect(out).toEqual(Array.from({ length: state.nextSeq }, (_, seq) => seq));
    }
  });
});
