import 'uplot/dist/uPlot.min.css';
import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import Plot from 'uplot';
import type { Density } from '../../../api/types.js';
import { tickOf } from '../../../ui/time.js';
import { token } from '../../../ui/track-color.js';
import classes from './density-plot.module.css';

interface DensityPlotProps {
  readonly density: Density;
  /** A span of time was dragged over or clicked on, wall clock ms. */
  readonly onNarrow: (fromMs: number, toMs: number) => void;
}

const HEIGHT_PX = 110;
/** A pointer that moved less has clicked. */
const CLICK_PX = 4;
/** A span shorter than this is not worth looking into. */
const SHORTEST_MS = 1000;

/** How many people there were over time. Dragging over it, or a click on one bar, narrows the search to that time. */
export function DensityPlot({ density, onNarrow }: DensityPlotProps) {
  const root = useRef<HTMLDivElement>(null);
  const narrow = useRef(onNarrow);
  const { colorScheme } = useMantineColorScheme();
  useEffect(() => {
    narrow.current = onNarrow;
  });
  useEffect(() => {
    const element = root.current;
    if (element === null) return undefined;
    const { fromMs, bucketMs, counts } = density;
    const take = (firstMs: number, lastMs: number): void => {
      if (lastMs - firstMs >= SHORTEST_MS) narrow.current(Math.round(firstMs), Math.round(lastMs));
    };
    const plot = new Plot(
      optionsOf(element.clientWidth, (made) => {
        const { left, width } = made.select;
        if (width < CLICK_PX) return;
        take(made.posToVal(left, 'x') * 1000, made.posToVal(left + width, 'x') * 1000);
        made.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      }),
      [counts.map((_, index) => (fromMs + index * bucketMs) / 1000), counts],
      element,
    );
    let downX = 0;
    plot.over.addEventListener('mousedown', ({ clientX }) => {
      downX = clientX;
    });
    plot.over.addEventListener('click', ({ clientX, offsetX }) => {
      if (Math.abs(clientX - downX) >= CLICK_PX) return;
      const at = Math.min(counts.length - 1, Math.floor((plot.posToVal(offsetX, 'x') * 1000 - fromMs) / bucketMs));
      take(fromMs + at * bucketMs, fromMs + (at + 1) * bucketMs);
    });
    const resize = new ResizeObserver(() => {
      plot.setSize({ width: element.clientWidth, height: HEIGHT_PX });
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [density, colorScheme]);
  const most = Math.max(...density.counts);
  return (
    <div
      className={classes.plot}
      ref={root}
      role="img"
      aria-label={`People over time: at most ${most} at once in ${density.counts.length} equal spans. The fields after "between" narrow the time too.`}
    />
  );
}

function optionsOf(width: number, onSelect: (plot: Plot) => void): Plot.Options {
  const axis = {
    stroke: token('--pw-dim'),
    ticks: { show: false },
    font: '11px system-ui',
  };
  const bars = Plot.paths.bars;
  return {
    width,
    height: HEIGHT_PX,
    legend: { show: false },
    cursor: { drag: { x: true, y: false, setScale: false }, y: false, points: { show: false } },
    scales: { y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
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
    hooks: { setSelect: [onSelect] },
  };
}
