import { useElementSize } from '@mantine/hooks';
import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Zone } from '../../../api/types.js';
import { towards, type End, type Line } from './line-ends.js';
import classes from './line-editor.module.css';

interface LineEditorProps {
  readonly line: Line;
  readonly size: { readonly widthPx: number; readonly heightPx: number };
  /** Shown for orientation. */
  readonly zones: readonly Zone[];
  readonly sides: readonly ('left' | 'right')[];
  readonly onChange: (line: Line) => void;
}

const STEP = 0.01;
const BIG_STEP = 0.05;
const moves: ReadonlyMap<string, End> = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);
const clamp = (value: number): number => Math.min(1, Math.max(0, value));

/** A line over a picture, whose ends are dragged or moved with the arrow keys. */
export function LineEditor({ line, size, zones, sides, onChange }: LineEditorProps) {
  const { ref, width } = useElementSize();
  const [held, setHeld] = useState<0 | 1 | null>(null);
  const picture = { w: Math.max(1, width), h: (Math.max(1, width) * size.heightPx) / size.widthPx };
  const inPicture = ([x, y]: End): End => [x * picture.w, y * picture.h];
  const move = (end: 0 | 1, to: End): void => {
    const place: End = [clamp(to[0]), clamp(to[1])];
    const next: Line = end === 0 ? [place, line[1]] : [line[0], place];
    // Two ends at one place are no line.
    if (Math.hypot(next[0][0] - next[1][0], next[0][1] - next[1][1]) > STEP) onChange(next);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const box = event.currentTarget.getBoundingClientRect();
    if (held === null) return;
    move(held, [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height]);
  };
  const onKeyDown = (end: 0 | 1) => (event: KeyboardEvent) => {
    const by = moves.get(event.key);
    if (by === undefined) return;
    event.preventDefault();
    const step = event.shiftKey ? BIG_STEP : STEP;
    move(end, [line[end][0] + by[0] * step, line[end][1] + by[1] * step]);
  };
  const release = (): void => {
    setHeld(null);
  };
  const [from, to] = line.map(inPicture);
  return (
    <div ref={ref} className={classes.surface}>
      <svg
        viewBox={`0 0 ${picture.w} ${picture.h}`}
        role="group"
        aria-label="The line in the picture"
        onPointerMove={onPointerMove}
        onPointerUp={release}
        onPointerCancel={release}
      >
        {zones.map(({ id, polygon }) => (
          <polygon key={id} className={classes.zone} points={polygon.map(inPicture).join(' ')} />
        ))}
        <path className={classes.line} d={`M${from.join(' ')}L${to.join(' ')}`} />
        {sides.map((side) => (
          <path key={side} className={classes.arrow} d={arrowOf([from, to], towards(line, side, picture))} />
        ))}
        {([0, 1] as const).map((end) => {
          const [x, y] = inPicture(line[end]);
          const [across, down] = line[end].map((value) => Math.round(100 * value));
          return (
            <g
              key={end}
              className={classes.end}
              role="button"
              tabIndex={0}
              aria-label={`End ${end + 1} of the line: ${across} percent across, ${down} percent down`}
              onKeyDown={onKeyDown(end)}
              onPointerDown={(event) => {
                event.preventDefault();
                event.currentTarget.focus({ preventScroll: true });
                event.currentTarget.ownerSVGElement?.setPointerCapture(event.pointerId);
                setHeld(end);
              }}
            >
              <circle className={classes.reach} cx={x} cy={y} r={22} />
              <circle className={classes.dot} cx={x} cy={y} r={10} />
              <text x={x} y={y + 4}>
                {end + 1}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

/** An arrow from the middle of the line towards one of its sides. */
function arrowOf([[x1, y1], [x2, y2]]: readonly End[], [dx, dy]: End): string {
  const [x, y] = [(x1 + x2) / 2 + 10 * dx, (y1 + y2) / 2 + 10 * dy];
  const [tipX, tipY] = [x + 36 * dx, y + 36 * dy];
  const wing = (turn: number): string => `${tipX - 11 * dx - turn * 11 * dy} ${tipY - 11 * dy + turn * 11 * dx}`;
  return `M${x} ${y}L${tipX} ${tipY}M${wing(1)}L${tipX} ${tipY}L${wing(-1)}`;
}
