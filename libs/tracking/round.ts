/** `value` to `digits` decimals, never −0: what is stored must be the same after a trip through JSON. */
export function roundTo(value: number, digits: number): number {
  const factor = 10 ** digits;
  return Math.round(value * factor) / factor + 0;
}

/** `value` to three significant digits: enough for a variance, and short in JSON. */
export function roundSignificant(value: number): number {
  return Number(value.toPrecision(3)) + 0;
}

/** The middle of sorted values, the mean of the two middle ones for an even count; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
