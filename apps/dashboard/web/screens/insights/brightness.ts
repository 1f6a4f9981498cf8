/**
 * How bright each cell of a dwell map is, 0..1: the square root of its share of the brightest, so that ways are seen beside places
 * where people stay for long. All 0 when nobody was there.
 */
export function brightnessOf(seconds: readonly number[]): number[] {
  const most = Math.max(0, ...seconds);
  return seconds.map((each) => (most === 0 ? 0 : Math.sqrt(each / most)));
}
