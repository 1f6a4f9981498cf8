import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Camera } from '../../api/types.js';
import { containIn } from '../../live/draw-poses.js';
import classes from './zone-editor.module.css';

/** A zone being drawn; `id` null: a new one. Corners in 0..1 of the source picture. */
export interface ZoneDraft {
  readonly id: string | null;
  readonly name: string;
  readonly polygon: readonly (readonly [number, number])[];
}

const STEP = 0.02;
const moves: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

interface ZoneEditorProps {
  readonly camera: Camera;
  readonly draft: ZoneDraft;
  readonly onChange: (draft: ZoneDraft | null) => void;
}

/**
 * Draws a polygon on the picture: a click sets a corner, corners can be dragged. By keyboard: arrows move the cross, Enter sets a
 * corner, Backspace takes the last one back, Escape gives up.
 */
export function ZoneEditor({ camera, draft, onChange }: ZoneEditorProps) {
  const { ref, width, height } = useElementSize();
  const [cross, setCross] = useState<readonly [number, number]>([0.5, 0.5]);
  const [dragged, setDragged] = useState<number | null>(null);
  const surface = useRef<SVGSVGElement>(null);
  const source = { widthPx: camera.sourceWidthPx ?? 16, heightPx: camera.sourceHeightPx ?? 9 };
  const place = containIn({ widthPx: width, heightPx: height }, source);
  const w = source.widthPx * place.scale;
  const h = source.heightPx * place.scale;
  const { polygon } = draft;

  useEffect(() => {
    surface.current?.focus();
  }, [draft.id]);

  const setPolygon = (next: ZoneDraft['polygon']): void => {
    onChange({ ...draft, polygon: next });
  };
  const pointAt = (event: PointerEvent): readonly [number, number] => {
    const box = surface.current?.getBoundingClientRect();
    if (box === undefined) return [0, 0];
    return [clamp((event.clientX - box.left) / box.width), clamp((event.clientY - box.top) / box.height)];
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const move = moves[event.key] as readonly [number, number] | undefined;
    const step = event.shiftKey ? STEP * 5 : STEP;
    if (move !== undefined) setCross([clamp(cross[0] + move[0] * step), clamp(cross[1] + move[1] * step)]);
    else if (event.key === 'Enter' || event.key === ' ') setPolygon([...polygon, cross]);
    else if (event.key === 'Backspace') setPolygon(polygon.slice(0, -1));
    else if (event.key === 'Escape') onChange(null);
    else return;
    event.preventDefault();
  };
  const corners = polygon.map(([x, y]) => `${x * w},${y * h}`).join(' ');
  return (
    <div className={classes.editor} ref={ref}>
      <svg
        ref={surface}
        className={classes.surface}
        style={{ left: place.left, top: place.top, width: w, height: h }}
        viewBox={`0 0 ${Math.max(1, w)} ${Math.max(1, h)}`}
        role="application"
        tabIndex={0}
        aria-label="Zone editor. Arrow keys move the cross, Enter sets a corner, Backspace takes the last one back, Escape gives up."
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          setPolygon([...polygon, pointAt(event)]);
          setDragged(polygon.length);
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerMove={(event) => {
          if (dragged !== null)
            setPolygon(polygon.map((corner, index) => (index === dragged ? pointAt(event) : corner)));
        }}
        onPointerUp={() => {
          setDragged(null);
        }}
      >
        <polygon points={corners} className={classes.area} />
        <path
          d={`M${cross[0] * w - 9} ${cross[1] * h}h18M${cross[0] * w} ${cross[1] * h - 9}v18`}
          className={classes.cross}
        />
        {polygon.map(([x, y], index) => (
          <circle
            key={index}
            cx={x * w}
            cy={y * h}
            r={7}
            className={classes.corner}
            onPointerDown={(event) => {
              event.stopPropagation();
              setDragged(index);
              surface.current?.setPointerCapture(event.pointerId);
            }}
          />
        ))}
      </svg>
      <p className={classes.hint}>
        {polygon.length < 3
          ? `Click the corners of the zone: ${polygon.length} of at least 3`
          : 'Add or drag corners, then save the zone.'}
      </p>
      <p className="visually-hidden" role="status">
        {polygon.length} corners. Cross at {Math.round(cross[0] * 100)} percent across, {Math.round(cross[1] * 100)}{' '}
        percent down.
      </p>
    </div>
  );
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
