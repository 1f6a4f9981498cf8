import { AppError } from '#base/errors.js';

/**
 * Puts the messages of one epoch back into capture order: holds what came early until the next `seq` is there.
 * Every `seq` leaves exactly once: released, or reported missing. Pure; the state is JSON when the messages are.
 */
export interface ReorderState<M> {
  /** The `seq` that must leave next. */
  readonly nextSeq: number;
  /** Messages beyond a gap, by `seq`, each with the wall clock of its arrival. */
  readonly waiting: readonly { readonly atMs: number; readonly message: M }[];
}

export interface ReorderOptions {
  readonly nowMs: number;
  /** A gap is given up when more than this many messages wait behind it; 0 gives up at once. */
  readonly maxWaiting: number;
  /** A gap is given up when a message has waited behind it for this long. */
  readonly lateMs: number;
  /** Live: true. File: false, then a gap is waited for without end and the two limits do not count. */
  readonly mayGiveUp: boolean;
}

export interface Reordered<M> {
  readonly state: ReorderState<M>;
  /** In order of `seq`, without repetition. */
  readonly released: readonly M[];
  /** Given up: they will never be released. Ascending, disjoint from `released`. */
  readonly missing: readonly number[];
}

/** No message may be further ahead than this: a wrong `seq` must not make a list of millions of missing frames. */
const MAX_AHEAD = 100_000;

/** The state before the message `firstSeq`. */
export function emptyReorderState<M>(firstSeq = 0): ReorderState<M> {
  return { nextSeq: firstSeq, waiting: [] };
}

/**
 * Takes one message, or null when only time has passed. An old or repeated `seq` releases nothing.
 * @throws AppError `invalid-input` when `seq` is more than 100,000 ahead.
 */
export function reorder<M extends { readonly seq: number }>(
  state: ReorderState<M>,
  message: M | null,
  options: ReorderOptions,
): Reordered<M> {
  let { nextSeq } = state;
  const waiting = message === null ? [...state.waiting] : insert(state, message, options.nowMs);
  const released: M[] = [];
  const missing: number[] = [];
  for (;;) {
    const first = waiting.at(0);
    if (first === undefined) break;
    if (first.message.seq > nextSeq && !givesUp(waiting, options)) break;
    while (nextSeq < first.message.seq) missing.push(nextSeq++);
    released.push(first.message);
    waiting.shift();
    nextSeq++;
  }
  return { state: { nextSeq, waiting }, released, missing };
}

function givesUp(waiting: ReorderState<unknown>['waiting'], options: ReorderOptions): boolean {
  if (!options.mayGiveUp) return false;
  return waiting.length > options.maxWaiting || waiting.some(({ atMs }) => options.nowMs - atMs >= options.lateMs);
}

function insert<M extends { readonly seq: number }>(state: ReorderState<M>, message: M, atMs: number) {
  const { seq } = message;
  if (seq - state.nextSeq > MAX_AHEAD)
    throw new AppError('invalid-input', `seq ${seq} is more than ${MAX_AHEAD} ahead of the next one, ${state.nextSeq}`);
  const known = seq < state.nextSeq || state.waiting.some((held) => held.message.seq === seq);
  if (known) return [...state.waiting];
  const at = state.waiting.findIndex((held) => held.message.seq > seq);
  return state.waiting.toSpliced(at === -1 ? state.waiting.length : at, 0, { atMs, message });
}
