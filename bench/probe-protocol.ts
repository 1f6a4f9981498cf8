/** What the bench asks the probes in the pool's threads, and what they answer, over a broadcast channel of the process. */
export const PROBE_CHANNEL = 'posewatch-bench-probe';

/**
 * `record` keeps all calls from now on, until `mark`; `mark` counts anew; `read` asks for the counts since, and ends counting; `replay`
 * makes the kept calls again.
 */
export type ProbeRequest =
  | { readonly kind: 'record'; readonly requestId: number }
  | { readonly kind: 'mark'; readonly requestId: number }
  | { readonly kind: 'read'; readonly requestId: number }
  | { readonly kind: 'replay'; readonly requestId: number; readonly seconds: number };

/** Counts of one thread since `mark`. */
export interface ThreadCounts {
  /** Batches that came in. */
  readonly batches: number;
  /** Calls of `session.run` and the time in them, milliseconds. */
  readonly runs: number;
  readonly runMs: number;
  /** Time in which the thread was busy with anything, milliseconds; what is not in `runMs` is JavaScript. */
  readonly busyMs: number;
  /** Time in which it waited for work between the first and the last of these batches, milliseconds. */
  readonly idleMs: number;
  /** What JavaScript allocated on the thread's heap. */
  readonly heapBytes: number;
}

/** One thread's answer: `counts` to `read`, `replayed` to `replay`. */
export interface ProbeAnswer {
  readonly kind: 'answer';
  readonly requestId: number;
  readonly counts: ThreadCounts | null;
  readonly replayed: { readonly batches: number; readonly seconds: number } | null;
}
