/** A rational time base: one tick lasts `num / den` seconds. */
export interface TimeBase {
  readonly num: number;
  readonly den: number;
}

/** Ticks of a time base in microseconds, rounded to the nearest; exact for any tick count below 2^53 / num. */
export function ticksToUs(ticks: number, base: TimeBase): number {
  const scaled = ticks * base.num;
  const wholeSec = Math.floor(scaled / base.den);
  return wholeSec * 1_000_000 + Math.round(((scaled - wholeSec * base.den) * 1_000_000) / base.den);
}
