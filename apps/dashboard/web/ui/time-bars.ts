/** Counts in equal spans of time as bars, for uPlot. */
import Plot from 'uplot';
import { tickOf } from './time.js';
import { token } from './track-color.js';

export interface TimeBars {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Wall clock ms of the first bar. */
  readonly fromMs: number;
  readonly bucketMs: number;
  readonly counts: readonly number[];
  /** What the scale must at least hold, so that plots beside each other can be compared. */
  readonly most: number;
}

/** x in seconds, as uPlot's axis of time wants it. */
export function barsData({ fromMs, bucketMs, counts }: Pick<TimeBars, 'fromMs' | 'bucketMs' | 'counts'>) {
  return [counts.map((_, index) => (fromMs + index * bucketMs) / 1000), [...counts]] satisfies Plot.AlignedData;
}

/** Without a legend, cursor marks and reactions: those are the plot's own. */
export function barsOptions({ widthPx, heightPx, fromMs, bucketMs, counts, most }: TimeBars) {
  const axis = { stroke: token('--pw-dim'), ticks: { show: false }, font: '11px system-ui' };
  const bars = Plot.paths.bars;
  // To the end of the last bar: each begins at its time, and the one of now would lie outside.
  const span: [number, number] = [fromMs / 1000, (fromMs + counts.length * bucketMs) / 1000];
  return {
    width: widthPx,
    height: heightPx,
    legend: { show: false },
    scales: { x: { range: span }, y: { range: [0, Math.max(1, most * 1.1)] } },
    axes: [
      {
        ...axis,
        size: 26,
        space: 84,
        grid: { show: false },
        values: (_, ticks) => ticks.map((tick) => tickOf(tick * 1000, ticks.length < 2 ? 60 : ticks[1] - ticks[0])),
      },
      {
        ...axis,
        size: 40,
        space: 28,
        grid: { stroke: token('--pw-line'), width: 1 },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 100_000],
      },
    ],
    series: [
      {},
      {
        fill: token('--pw-fine'),
        width: 0,
        points: { show: false },
        ...(bars === undefined ? {} : { paths: bars({ size: [0.86, 40], align: 1 }) }),
      },
    ],
  } satisfies Plot.Options;
}
