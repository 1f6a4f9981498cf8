import 'uplot/dist/uPlot.min.css';
import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import Plot from 'uplot';
import { token, trackColor } from './track-color.js';
import classes from './time-plot.module.css';

interface TimePlotProps {
  readonly startPtsUs: number;
  readonly points: readonly { readonly ptsUs: number; readonly value: number }[];
  readonly trackNo: number;
  readonly ptsUs: number;
  readonly onSeek: (ptsUs: number) => void;
  /** What the plot says, for those who do not see it. */
  readonly label: string;
}

const HEIGHT_PX = 130;

/** A value over media time, with the moment being played. A click goes to a moment. */
export function TimePlot({ startPtsUs, points, trackNo, ptsUs, onSeek, label }: TimePlotProps) {
  const root = useRef<HTMLDivElement>(null);
  const marker = useRef<HTMLDivElement>(null);
  const plot = useRef<Plot | null>(null);
  const seek = useRef(onSeek);
  const { colorScheme } = useMantineColorScheme();
  useEffect(() => {
    seek.current = onSeek;
  });
  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    const axis = {
      stroke: token('--pw-dim'),
      grid: { stroke: token('--pw-line'), width: 1 },
      ticks: { show: false },
      font: '11px system-ui',
    };
    const made = new Plot(
      {
        width: element.clientWidth,
        height: HEIGHT_PX,
        legend: { show: false },
        cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
        scales: { x: { time: false }, y: { range: (_, __, max) => [0, Math.max(1, max * 1.1)] } },
        axes: [
          { ...axis, size: 26, values: (_, ticks) => ticks.map((tick) => `${tick} s`) },
          { ...axis, size: 36 },
        ],
        series: [{}, { stroke: trackColor(trackNo), width: 2, points: { show: false } }],
      },
      [points.map((point) => (point.ptsUs - startPtsUs) / 1e6), points.map((point) => point.value)],
      element,
    );
    plot.current = made;
    const onClick = (): void => {
      const left = made.cursor.left ?? -1;
      if (left >= 0) seek.current(startPtsUs + made.posToVal(left, 'x') * 1e6);
    };
    made.over.addEventListener('click', onClick);
    const resize = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: HEIGHT_PX });
    });
    resize.observe(element);
    return () => {
      resize.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [points, startPtsUs, trackNo, colorScheme]);
  useEffect(() => {
    const made = plot.current;
    if (made === null || marker.current === null) return;
    const x = made.valToPos((ptsUs - startPtsUs) / 1e6, 'x') + made.over.offsetLeft;
    marker.current.style.transform = `translateX(${x}px)`;
  }, [ptsUs, startPtsUs]);
  return (
    <div className={classes.plot} ref={root} role="img" aria-label={label}>
      <div className={classes.marker} ref={marker} />
    </div>
  );
}
