import { useEffect, useRef } from 'react';
import type { Camera, InsightPlaces } from '../../api/types.js';
import type { Layers } from '../../live/draw-poses.js';
import { LiveView } from '../../live/live-view.js';
import { spanOf } from '../../ui/time.js';
import { brightnessOf } from './brightness.js';
import classes from './insights-screen.module.css';

const noLayers: Layers = { skeletons: false, boxes: false, ids: false, trails: false, zones: false, scores: false };

/** Where people's feet were for how long, as light over the camera's own picture. */
export function DwellPicture({ camera, places }: { readonly camera: Camera; readonly places: InsightPlaces }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { columns, rows, seconds } = places;
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context) return;
    const picture = context.createImageData(columns, rows);
    for (const [cell, light] of brightnessOf(seconds).entries()) {
      picture.data.set([255, 255, 255, Math.round(light * 235)], cell * 4);
    }
    context.putImageData(picture, 0, 0);
  }, [columns, rows, seconds]);
  const { sourceWidthPx: width, sourceHeightPx: height } = camera;
  const most = Math.max(0, ...seconds);
  const total = seconds.reduce((sum, each) => sum + each, 0);
  return (
    <figure className={classes.dwell}>
      <div className={classes.picture} style={{ aspectRatio: `${width ?? 16} / ${height ?? 9}` }}>
        <LiveView camera={camera} layers={noLayers} />
        <canvas
          ref={canvas}
          width={columns}
          height={rows}
          role="img"
          aria-label={`Where people stayed before ${camera.name}: ${spanOf(total * 1000)} in all.`}
        />
      </div>
      <figcaption className="dim">
        {most === 0
          ? 'Nobody was here in this time.'
          : `Feet of people, ${spanOf(total * 1000)} in all. The brightest place: ${spanOf(most * 1000)}.`}
      </figcaption>
    </figure>
  );
}
