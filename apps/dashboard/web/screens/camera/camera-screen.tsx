import { ActionIcon, Tooltip } from '@mantine/core';
import { useFullscreenElement, useLocalStorage } from '@mantine/hooks';
import { IconArrowLeft, IconCamera, IconMaximize, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { systemClock } from '#base/clock.js';
import { useCameras, useZones } from '../../api/queries.js';
import type { Camera } from '../../api/types.js';
import { NotFound } from '../../app/not-found.js';
import { wallLayers, type Layers } from '../../live/draw-poses.js';
import { LayerBar } from '../../live/layer-bar.js';
import { LiveView } from '../../live/live-view.js';
import { cameraStateOf } from '../../ui/camera-state.js';
import { useKeys } from '../../ui/keyboard.js';
import { StateDot } from '../../ui/state-dot.js';
import { Failed, LoadingRows } from '../../ui/states.js';
import { useHealth } from '../../updates/updates.js';
import { savePicture } from './save-picture.js';
import { SidePanel } from './side-panel.js';
import { ZoneEditor, type ZoneDraft } from './zone-editor.js';
import classes from './camera-screen.module.css';
import { IconLink } from '../../ui/links.js';

const route = getRouteApi('/inside/cameras/$id');
const cameraLayers: Layers = { ...wallLayers, zones: true };

export function CameraScreen() {
  const { id } = route.useParams();
  const list = useCameras();
  if (list.isPending) {
    return (
      <div className={classes.loading}>
        <LoadingRows rows={1} heightPx={480} />
      </div>
    );
  }
  if (list.isError) return <Failed error={list.error} onRetry={() => void list.refetch()} />;
  const camera = list.data.find((each) => each.id === id);
  return camera === undefined ? <NotFound /> : <OneCamera key={camera.id} camera={camera} />;
}

function OneCamera({ camera }: { readonly camera: Camera }) {
  const [layers, setLayers] = useLocalStorage<Layers>({ key: 'posewatch-layers', defaultValue: cameraLayers });
  const [draft, setDraft] = useState<ZoneDraft | null>(null);
  const [isHeld, setHeld] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const { ref: stage, toggle: toggleFullscreen } = useFullscreenElement<HTMLDivElement>();
  const stageElement = useRef<HTMLDivElement | null>(null);
  const zones = useZones(camera.id);
  const state = cameraStateOf(camera, useHealth(camera), systemClock.nowMs());
  const hold = (): void => {
    const element = video.current;
    if (element === null) return;
    if (isHeld) {
      delete element.dataset.held;
      void element.play().catch(() => undefined);
    } else {
      element.dataset.held = 'yes';
      element.pause();
    }
    setHeld(!isHeld);
  };
  const save = (): void => {
    const canvas = stageElement.current?.querySelector('canvas');
    if (canvas)
      savePicture({
        video: video.current,
        canvas,
        name: `${camera.name} ${new Date(systemClock.nowMs()).toISOString()}`,
      });
  };
  useKeys({ ' ': hold, f: () => void toggleFullscreen(), p: save });
  const isShown = (zoneId: string): boolean => zoneId !== draft?.id;
  return (
    <div className={classes.screen}>
      <div className={classes.main}>
        <header className={classes.header}>
          <IconLink to="/" variant="subtle" size={36} aria-label="Back to the wall">
            <IconArrowLeft size={20} />
          </IconLink>
          <h1>{camera.name}</h1>
          <span className="dim">
            <StateDot state={state} withLabel />
          </span>
        </header>
        <div
          className={classes.stage}
          data-tone={state.tone}
          ref={(element) => {
            stage(element);
            stageElement.current = element;
          }}
        >
          <LiveView
            camera={camera}
            layers={layers}
            zones={(zones.data ?? []).filter((zone) => isShown(zone.id))}
            videoRef={video}
            isQuiet={state.problem !== null}
          />
          {isHeld && <span className={classes.held}>Paused here. The camera goes on.</span>}
          {state.problem !== null && (
            <p className={classes.problem} data-tone={state.tone} role="status">
              <strong>{state.label}.</strong> {state.problem}
            </p>
          )}
          {draft !== null && <ZoneEditor camera={camera} draft={draft} onChange={setDraft} />}
        </div>
        <div className={classes.bar}>
          <LayerBar layers={layers} onChange={setLayers} />
          <div className={classes.tools}>
            {camera.privacy === 'full' && (
              <Tool label={isHeld ? 'Go on live (Space)' : 'Pause (Space)'} onClick={hold}>
                {isHeld ? <IconPlayerPlay size={18} /> : <IconPlayerPause size={18} />}
              </Tool>
            )}
            <Tool label="Save this picture (P)" onClick={save}>
              <IconCamera size={18} />
            </Tool>
            <Tool label="Full screen (F)" onClick={() => void toggleFullscreen()}>
              <IconMaximize size={18} />
            </Tool>
          </div>
        </div>
      </div>
      <SidePanel camera={camera} draft={draft} onDraft={setDraft} />
    </div>
  );
}

function Tool(props: { readonly label: string; readonly onClick: () => void; readonly children: React.ReactNode }) {
  return (
    <Tooltip label={props.label}>
      <ActionIcon variant="default" size={36} aria-label={props.label} onClick={props.onClick}>
        {props.children}
      </ActionIcon>
    </Tooltip>
  );
}
