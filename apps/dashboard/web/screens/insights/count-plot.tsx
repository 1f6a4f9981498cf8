import 'uplot/dist/uPlot.min.css';
import { useMantineColorScheme } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import Plot from 'uplot';
import { fullTimeOf } from '../../ui/time.js';
import { barsData, barsOptions } from '../../ui/time-bars.js';
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
    const bars = { fromMs, bucketMs, counts };
    const options: Plot.Options = {
      ...barsOptions({ ...bars, most, widthPx: element.clientWidth, heightPx: HEIGHT_PX }),
      cursor: { drag: { x: false, y: false }, y: false, points: { show: false } },
      hooks: {
        setCursor: [
          ({ cursor }) => {
            setPointed(cursor.idx ?? null);
          },
        ],
      },
    };
    const plot = new Plot(options, barsData(bars), element);
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
