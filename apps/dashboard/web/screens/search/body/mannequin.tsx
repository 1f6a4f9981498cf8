import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { cocoLimbs, joint, type CocoJoint } from '#pose/skeleton.js';
import { BODY_UNITS, dragged, handles, trunkOf, type Body, type Place } from './body.js';
import classes from './mannequin.module.css';

interface MannequinProps {
  readonly body: Body;
  /** Limbs keep their length, unless Shift is held; with false the other way round. */
  readonly isStiff: boolean;
  /** A joint is about to be moved: what was before can be undone. */
  readonly onStart: () => void;
  readonly onChange: (body: Body) => void;
}

const HEAD_RADIUS = 52;
/** A finger is wider than a joint. */
const REACH = 50;
const STEP = 20;
const moves: ReadonlyMap<string, Place> = new Map([
  ['ArrowLeft', [-1, 0]],
  ['ArrowRight', [1, 0]],
  ['ArrowUp', [0, -1]],
  ['ArrowDown', [0, 1]],
]);
/** The head stands for the face. */
const limbs = cocoLimbs.filter(([a, b]) => Math.min(a, b) > joint.right_ear);

/** `Left wrist`. */
function labelOf(name: CocoJoint): string {
  const words = name === 'nose' ? 'head' : name.replace('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A body whose joints are dragged with mouse, finger or arrow keys. */
export function Mannequin({ body, isStiff, onStart, onChange }: MannequinProps) {
  const surface = useRef<SVGSVGElement>(null);
  const [held, setHeld] = useState<CocoJoint | null>(null);
  const [told, setTold] = useState('');
  const moveTo = (name: CocoJoint, to: Place, isShift: boolean): Place => {
    const next = dragged(body, name, { to, isFree: isStiff === isShift });
    onChange(next);
    return next[joint[name]];
  };
  const placeOf = (event: PointerEvent): Place => {
    const box = surface.current?.getBoundingClientRect();
    if (box === undefined) return [0, 0];
    const inside = (at: number, size: number): number => Math.min(1, Math.max(0, at / size)) * BODY_UNITS;
    return [inside(event.clientX - box.left, box.width), inside(event.clientY - box.top, box.height)];
  };
  const onKeyDown = (name: CocoJoint) => (event: KeyboardEvent) => {
    const move = moves.get(event.key);
    if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const [x, y] = body[joint[name]];
    onStart();
    const there = moveTo(name, [x + move[0] * STEP, y + move[1] * STEP], event.shiftKey);
    const [across, down] = there.map((value) => Math.round((100 * value) / BODY_UNITS));
    setTold(`${labelOf(name)}: ${across} percent across, ${down} percent down.`);
  };
  return (
    <div className={classes.ground}>
      <svg
        ref={surface}
        className={classes.surface}
        viewBox={`0 0 ${BODY_UNITS} ${BODY_UNITS}`}
        role="group"
        aria-label="Body to pose. Each joint is moved with the arrow keys."
        onPointerMove={(event) => {
          if (held !== null) moveTo(held, placeOf(event), event.shiftKey);
        }}
        onPointerUp={() => {
          setHeld(null);
        }}
        onPointerCancel={() => {
          setHeld(null);
        }}
      >
        <Figure body={body} />
        {handles.map((name) => {
          const [x, y] = body[joint[name]];
          return (
            <g
              key={name}
              className={classes.joint}
              data-side={name.split('_').at(0)}
              data-held={held === name || undefined}
              role="button"
              tabIndex={0}
              aria-label={labelOf(name)}
              aria-roledescription="joint"
              onKeyDown={onKeyDown(name)}
              onPointerDown={(event) => {
                event.preventDefault();
                event.currentTarget.focus({ preventScroll: true });
                surface.current?.setPointerCapture(event.pointerId);
                onStart();
                setHeld(name);
              }}
            >
              <title>{labelOf(name)}</title>
              <circle className={classes.reach} cx={x} cy={y} r={REACH} />
              <circle className={classes.dot} cx={x} cy={y} r={17} />
            </g>
          );
        })}
      </svg>
      <p className="visually-hidden" role="status">
        {told}
      </p>
    </div>
  );
}

function Figure({ body }: { readonly body: Body }) {
  const at = (index: number): string => body[index].map((value) => value.toFixed(1)).join(' ');
  const [hips, neck] = trunkOf(body);
  const [headX, headY] = body[joint.nose];
  const trunk = [joint.left_shoulder, joint.right_shoulder, joint.right_hip, joint.left_hip].map(at).join('L');
  return (
    <g aria-hidden>
      <path className={classes.trunk} d={`M${trunk}Z`} />
      <path className={classes.spine} d={`M${neck.join(' ')}L${headX} ${headY}M${neck.join(' ')}L${hips.join(' ')}`} />
      {limbs.map(([a, b]) => (
        <path
          key={`${a}-${b}`}
          className={classes.limb}
          data-side={a % 2 === b % 2 ? a % 2 : undefined}
          d={`M${at(a)}L${at(b)}`}
        />
      ))}
      <circle className={classes.head} cx={headX} cy={headY} r={HEAD_RADIUS} />
    </g>
  );
}
