/** Time as an argument: production passes `systemClock`, tests pass one they move by hand. */
export interface Clock {
  /** Wall clock, milliseconds since 1970-01-01 UTC. */
  readonly nowMs: () => number;
  /** Monotonic milliseconds since an arbitrary moment: for durations. */
  readonly monotonicMs: () => number;
}

/** The machine's own clocks. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
