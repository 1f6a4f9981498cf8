import { IconAlertTriangleFilled, IconGripVertical, IconPlayerPause, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { systemClock } from '#base/clock.js';
import type { Camera } from '../../api/types.js';
import { wallLayers } from '../../live/draw-poses.js';
import { LiveView } from '../../live/live-view.js';
import { cameraStateOf, type CameraState } from '../../ui/camera-state.js';
import { StateDot } from '../../ui/state-dot.js';
import { useActivity, useHealth } from '../../updates/updates.js';
import { useAnalysisNote } from '../../updates/use-analysis-note.js';
import type { TileMove } from './use-arrange.js';
import classes from './tile.module.css';

/** One camera on the wall. Calm is quiet; trouble has a border, an icon and words. */
export function Tile({ camera, move }: { readonly camera: Camera; readonly move: TileMove | null }) {
  const health = useHealth(camera);
  const activity = useActivity(camera.id);
  const state = cameraStateOf(camera, health, systemClock.nowMs());
  const isLive = health?.state === 'live';
  const people = isLive ? (activity?.people ?? 0) : 0;
  const warning = useWarning(camera, state);
  const hasAlarm = isLive && (activity?.alarms ?? 0) > 0;
  return (
    <li
      className={classes.tile}
      data-testid={`tile-${camera.id}`}
      data-tone={hasAlarm ? 'critical' : warning === null ? state.tone : 'warning'}
      data-tile={camera.id}
      data-dragged={move?.isDragged === true || undefined}
      onPointerDown={(event) => {
        if (event.pointerType === 'mouse') move?.onPointerDown(event);
      }}
    >
      <LiveView camera={camera} layers={wallLayers} isQuiet={state.tone === 'critical'} />
      <Link to="/cameras/$id" params={{ id: camera.id }} className={classes.link} draggable={false}>
        <span className={classes.name}>
          <StateDot state={state} />
          {camera.name}
        </span>
      </Link>
      {move !== null && <Grip camera={camera} move={move} />}
      {isLive && (
        <span className={classes.people}>
          <IconUser size={14} stroke={2.2} aria-hidden />
          <span className="num">{people}</span>
          <span className="visually-hidden">people</span>
        </span>
      )}
      {hasAlarm && (
        <p className={classes.alarm}>
          <IconAlertTriangleFilled size={16} aria-hidden /> Alert now
        </p>
      )}
      {!camera.enabled && (
        <p className={classes.trouble}>
          <IconPlayerPause size={22} aria-hidden />
          <strong>Paused</strong>
        </p>
      )}
      {state.problem !== null && state.tone === 'critical' && (
        <div className={classes.trouble}>
          <IconAlertTriangleFilled size={26} aria-hidden />
          <strong>{state.label}</strong>
          <span>{state.problem}</span>
        </div>
      )}
      {warning !== null && (
        <p className={classes.warning} title={warning}>
          <IconAlertTriangleFilled size={14} aria-hidden /> <span>{warning}</span>
        </p>
      )}
    </li>
  );
}

/** What a tile is moved by without a mouse: a finger drags it, arrow keys push it. */
function Grip({ camera, move }: { readonly camera: Camera; readonly move: TileMove }) {
  return (
    <button
      type="button"
      className={classes.grip}
      data-grip={camera.id}
      aria-label={`Move ${camera.name} with the arrow keys, now at place ${move.place} of ${move.count}`}
      onKeyDown={move.onKeyDown}
      onPointerDown={(event) => {
        if (event.pointerType !== 'mouse') move.onPointerDown(event);
      }}
    >
      <IconGripVertical size={18} aria-hidden />
    </button>
  );
}

/** What is not right with a camera that nevertheless runs; null while all is. */
function useWarning(camera: Camera, state: CameraState): string | null {
  const note = useAnalysisNote(camera);
  if (state.tone === 'warning') return state.problem;
  return state.tone === 'fine' && note !== null && note.why !== null ? `${note.short}: ${note.why}` : null;
}
