import { useEffect, useRef, useState, type RefObject } from 'react';
import type { Camera, Zone } from '../api/types.js';
import { useUpdates } from '../updates/updates.js';
import type { Layers } from './draw-poses.js';
import { LivePlayer, type LiveState } from './live-player.js';
import { LiveScene } from './live-scene.js';
import { PictureMessage } from './picture-message.js';
import classes from './live-view.module.css';

interface LiveViewProps {
  readonly camera: Camera;
  readonly layers: Layers;
  readonly zones?: readonly Zone[];
  readonly videoRef?: RefObject<HTMLVideoElement | null>;
  /** What is wrong with the camera is said over the picture: that there is none needs no words then. */
  readonly isQuiet?: boolean;
}

const noZones: readonly Zone[] = [];

/**
 * A camera's live picture with its people drawn on the frame they belong to. A pose-only camera has no picture: its people move
 * on a neutral ground.
 */
export function LiveView({ camera, layers, zones = noZones, videoRef, isQuiet = false }: LiveViewProps) {
  const ownVideo = useRef<HTMLVideoElement>(null);
  const video = videoRef ?? ownVideo;
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = useRef<LiveScene | null>(null);
  const look = useRef({ layers, zones });
  const [state, setState] = useState<LiveState>({ kind: 'waiting' });
  const updates = useUpdates();
  const isPoseOnly = camera.privacy === 'pose-only';

  useEffect(() => {
    look.current = { layers, zones };
    shown.current?.redraw();
  }, [layers, zones]);

  const { id, enabled, sourceWidthPx: widthPx, sourceHeightPx: heightPx } = camera;
  useEffect(() => {
    if (canvas.current === null) return;
    const scene = new LiveScene(canvas.current, {
      source: widthPx !== null && heightPx !== null ? { widthPx, heightPx } : null,
      followsNewest: isPoseOnly,
      look: () => look.current,
    });
    shown.current = scene;
    const unwatch = updates.watch(id, (tracks) => {
      scene.take(tracks);
    });
    const resize = new ResizeObserver(() => {
      scene.redraw();
    });
    resize.observe(canvas.current);
    const stop = isPoseOnly || !enabled || video.current === null ? null : play(video.current, { id, scene, setState });
    return () => {
      stop?.();
      unwatch();
      resize.disconnect();
    };
  }, [id, enabled, isPoseOnly, widthPx, heightPx, updates, video]);

  return (
    <div className={classes.view} data-pose-only={isPoseOnly || undefined}>
      {!isPoseOnly && (
        <video
          ref={video}
          className={classes.video}
          muted
          playsInline
          tabIndex={-1}
          aria-label={`Live picture of ${camera.name}`}
        />
      )}
      <canvas ref={canvas} className={classes.overlay} data-testid={`overlay-${camera.id}`} aria-hidden />
      {!isPoseOnly && enabled && !isQuiet && <PictureMessage state={state} />}
    </div>
  );
}

interface Playing {
  readonly id: string;
  readonly scene: LiveScene;
  readonly setState: (change: (before: LiveState) => LiveState) => void;
}

function play(video: HTMLVideoElement, { id, scene, setState }: Playing): () => void {
  const player = new LivePlayer(video, id, {
    // The same state again is not a change: this is called for every fragment.
    state: (next) => {
      setState((before) => (before.kind === next.kind ? before : next));
    },
    epoch: (epoch) => {
      scene.showEpoch(epoch);
    },
    newestPosesPtsUs: () => scene.newestPtsUs,
  });
  const onFrame: VideoFrameRequestCallback = (_, { mediaTime }) => {
    scene.drawAt(Math.round(mediaTime * 1e6));
    request = video.requestVideoFrameCallback(onFrame);
  };
  let request = video.requestVideoFrameCallback(onFrame);
  return () => {
    video.cancelVideoFrameCallback(request);
    player.close();
  };
}
