import { Button, Switch } from '@mantine/core';
import { IconArrowBackUp, IconFlipVertical, IconRestore, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { postures, type Posture } from '#pose/posture.js';
import { mirroredBody, readBody, writeBody, type Body } from './body.js';
import { bodyPresets, presetOf } from './body-presets.js';
import { Mannequin } from './mannequin.js';
import classes from './sketch-panel.module.css';

interface SketchPanelProps {
  /** The body that is being looked for, as in the address; undefined while none is. */
  readonly pose: string | undefined;
  readonly onFind: (pose: string) => void;
  readonly onClose: () => void;
}

const presetWords: Readonly<Record<Posture, string>> = {
  standing: 'Standing',
  sitting: 'Sitting',
  crouching: 'Crouching',
  lying: 'Lying',
  'arms-raised': 'Arms raised',
};
const MOST_UNDONE = 100;

/** A body to pose, and what brings it into a pose. What is looked for changes when it is asked for, not while a joint moves. */
export function SketchPanel({ pose, onFind, onClose }: SketchPanelProps) {
  const [body, setBody] = useState<Body>(() => readBody(pose) ?? bodyPresets.standing);
  const [past, setPast] = useState<readonly Body[]>([]);
  const [isStiff, setStiff] = useState(true);
  const panel = useRef<HTMLElement>(null);
  const wasOpened = useRef(pose === undefined);
  useEffect(() => {
    // The button that opened it is gone; an address that holds a pose leaves the focus alone.
    if (wasOpened.current) panel.current?.focus({ preventScroll: true });
  }, []);
  const isFound = pose === writeBody(body);
  const preset = presetOf(body);
  const remember = (): void => {
    setPast((before) => [...before.slice(1 - MOST_UNDONE), body]);
  };
  const take = (next: Body): void => {
    remember();
    setBody(next);
  };
  const undo = (): void => {
    const before = past.at(-1);
    if (before === undefined) return;
    setPast(past.slice(0, -1));
    setBody(before);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key.toLowerCase() !== 'z' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    undo();
  };
  return (
    <section ref={panel} tabIndex={-1} className={classes.panel} aria-label="A pose to look for" onKeyDown={onKeyDown}>
      <Mannequin body={body} isStiff={isStiff} onStart={remember} onChange={setBody} />
      <div className={classes.side}>
        <div>
          <h2>A pose to look for</h2>
          <p className="dim">Drag the joints, or start from a posture. Place, size and mirror side do not matter.</p>
        </div>
        <div className={classes.presets} role="group" aria-label="Start from">
          {postures.map((posture) => (
            <Button
              key={posture}
              size="compact-sm"
              radius="xl"
              variant="default"
              className={classes.preset}
              aria-pressed={preset === posture}
              onClick={() => {
                take(bodyPresets[posture]);
              }}
            >
              {presetWords[posture]}
            </Button>
          ))}
        </div>
        <div className={classes.tools}>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconArrowBackUp size={16} aria-hidden />}
            disabled={past.length === 0}
            onClick={undo}
          >
            Undo
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconFlipVertical size={16} aria-hidden />}
            onClick={() => {
              take(mirroredBody(body));
            }}
          >
            Mirror
          </Button>
          <Button
            size="compact-sm"
            variant="subtle"
            leftSection={<IconRestore size={16} aria-hidden />}
            disabled={preset === 'standing'}
            onClick={() => {
              take(bodyPresets.standing);
            }}
          >
            Reset
          </Button>
        </div>
        <Switch
          label="Limbs keep their length"
          description="Hold Shift while dragging for the opposite"
          checked={isStiff}
          onChange={(event) => {
            setStiff(event.currentTarget.checked);
          }}
        />
        <div className={classes.actions}>
          <Button
            variant="filled"
            leftSection={<IconSearch size={16} aria-hidden />}
            disabled={isFound}
            onClick={() => {
              onFind(writeBody(body));
            }}
          >
            Find this pose
          </Button>
          <Button variant="subtle" leftSection={<IconX size={16} aria-hidden />} onClick={onClose}>
            {pose === undefined ? 'Close' : 'Any pose'}
          </Button>
        </div>
        <p className={classes.state} role="status">
          {pose !== undefined &&
            (isFound ? 'Below is who stood like this.' : 'Below is who stood as the body was before your changes.')}
        </p>
      </div>
    </section>
  );
}
