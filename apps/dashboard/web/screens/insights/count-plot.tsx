import 'uplot/dist/uPlot.min.css';
import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import Plot from 'uplot';
import { fullTimeOf, tickOf } from '../../ui/time.js';
import { token } from '../../ui/track-color.js';
import classes from './insights-screen.module.css';

interface CountPlotProps {
  /** Wall clock ms of the first bucket. */
  readonly fromMs: number;
  readonly bucketMs: number;
  readonly counts: readonly number[];
  /** Top of the scale, so that plots beside each other can be compared. */
  readonly most: number;
  /** What the plot says, for those who do not see it. */
  readonly label: string;
}

const HEIGHT_PX = 96;

/** Counts in equal spans of time as bars; the one under the pointer is told in words. */
export function CountPlot({ fromMs, bucketMs, counts, most, label }: CountPlotProps) {
  const root = useRef<HTMLDivElement>(null);
  const { colorScheme } = useMantineColorScheme();
  const [pointed, setPointed] = useState<number | null>(null);
  useEffect(() => {
    const element = root.current;
    if (element === null) return undefined;
    const plot = new Plot(
      optionsOf(
        { width: element.clientWidth, most, span: [fromMs / 1000, (fromMs + counts.length * bucketMs) / 1000] },
        setPointed,
      ),
      [counts.map((_, index) => (fromMs + index * bucketMs) / 1000), [...counts]],
      element,
    );
    const resize = new ResizeObserver(() => {
      plot.setSize({ width: element.clientWidth, height: HEIGHT_PX });
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [fromMs, bucketMs, counts, most, colorScheme]);
  return (
    <div className={classes.plot} ref={root} role="img" aria-label={label}>
      {pointed !== null && pointed < counts.length && (
        <span className={classes.pointed}>
          <strong className="num">{counts[pointed]}</strong> {fullTimeOf(fromMs + pointed * bucketMs)}
        </span>
      )}
    </div>
  );
}

interface Shape {
  readonly width: number;
  readonly most: number;
  /** Seconds, to the end of the last bar: bars begin at their time, and the one of now would lie outside. */
  readonly span: [number, number];
}

function optionsOf({ width, most, span }: Shape, onPoint: (index: number | null) => void): Plot.Options {
  const axis = { stroke: token('--pw-dim'), ticks: { show: false }, font: '11px system-ui' };
  const bars = Plot.paths.bars;
  return {
    width,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
    scales: { x: { range: span }, y: { range: [0, most * 1.1] } },
    axes: [
      {
        ...axis,
        size: 24,
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
    hooks: {
      setCursor: [
        (plot) => {
          onPoint(plot.cursor.idx ?? null);
        },
      ],
    },
  };
}
