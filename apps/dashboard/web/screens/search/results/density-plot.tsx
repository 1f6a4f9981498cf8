import 'uplot/dist/uPlot.min.css';
import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import Plot from 'uplot';
import type { Density } from '../../../api/types.js';
import { barsData, barsOptions } from '../../../ui/time-bars.js';
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
    const select = (made: Plot): void => {
      const { left, width } = made.select;
      if (width < CLICK_PX) return;
      take(made.posToVal(left, 'x') * 1000, made.posToVal(left + width, 'x') * 1000);
      made.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
    };
    const most = Math.max(...counts);
    const options: Plot.Options = {
      ...barsOptions({ ...density, most, widthPx: element.clientWidth, heightPx: HEIGHT_PX }),
      cursor: { drag: { x: true, y: false, setScale: false }, y: false, points: { show: false } },
      hooks: { setSelect: [select] },
    };
    const plot = new Plot(options, barsData(density), element);
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
