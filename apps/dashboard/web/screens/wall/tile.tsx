import { IconAlertTriangleFilled, IconPlayerPause, IconUser } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { Camera } from '../../api/types.js';
import { wallLayers } from '../../live/draw-poses.js';
import { LiveView } from '../../live/live-view.js';
import { cameraStateOf, type CameraState } from '../../ui/camera-state.js';
import { StateDot } from '../../ui/state-dot.js';
import { useActivity, useHealth } from '../../updates/updates.js';
import { useAnalysisNote } from '../../updates/use-analysis-note.js';
import classes from './tile.module.css';

/** One camera on the wall. Calm is quiet; trouble has a border, an icon and words. */
export function Tile({
  camera,
  isDragged,
  drag,
}: {
  readonly camera: Camera;
  readonly isDragged: boolean;
  readonly drag: { readonly start: () => void; readonly end: () => void; readonly drop: () => void };
}) {
  const health = useHealth(camera);
  const activity = useActivity(camera.id);
  const state = cameraStateOf(camera, health);
  const isLive = health?.state === 'live';
  const people = isLive ? (activity?.people ?? 0) : 0;
  const warning = useWarning(camera, state);
  const hasAlarm = isLive && (activity?.alarms ?? 0) > 0;
  return (
    <li
      className={classes.tile}
      data-testid={`tile-${camera.id}`}
      data-tone={hasAlarm ? 'critical' : warning === null ? state.tone : 'warning'}
      data-dragged={isDragged || undefined}
      draggable
      onDragStart={drag.start}
      onDragEnd={drag.end}
      onDragOver={(event) => {
        event.preventDefault();
      }}
      onDrop={drag.drop}
    >
      <LiveView camera={camera} layers={wallLayers} />
      <Link to="/cameras/$id" params={{ id: camera.id }} className={classes.link} draggable={false}>
        <span className={classes.name}>
          <StateDot state={state} />
          {camera.name}
        </span>
      </Link>
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

/** What is not right with a camera that nevertheless runs; null while all is. */
function useWarning(camera: Camera, state: CameraState): string | null {
  const note = useAnalysisNote(camera);
  if (state.tone === 'warning') return state.problem;
  return state.tone === 'fine' && note !== null && note.why !== null ? `${note.short}: ${note.why}` : null;
}
