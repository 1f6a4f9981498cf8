import type { Zone } from '../api/types.js';
import { containIn, drawPoses, drawTrails, drawZones, type Layers, type Size } from './draw-poses.js';
import type { PosesAtMoment, PoseTimeline } from './pose-timeline.js';

const TRAIL_US = 4_000_000;
const HELD_STRENGTH = 0.6;

/** One moment of a scene as it is drawn over its picture. */
export interface Scene {
  readonly ptsUs: number;
  readonly found: PosesAtMoment;
  readonly timeline: PoseTimeline | undefined;
  readonly source: Size | null;
  readonly layers: Layers;
  readonly zones: readonly Zone[];
  readonly emphasis?: number | undefined;
}

/** Draws a scene and writes on the canvas element what it shows: `data-people`, `data-pts` (µs) and `data-match`. */
export function paint(canvas: HTMLCanvasElement, scene: Scene): void {
  const { found, source, ptsUs, layers, timeline } = scene;
  canvas.dataset.people = String(found.poses.length);
  canvas.dataset.pts = String(ptsUs);
  canvas.dataset.match = found.kind;
  const context = canvas.getContext('2d');
  if (context === null || source === null) return;
  const place = containIn(fitToDevice(canvas, context), source);
  if (layers.zones) drawZones(context, scene.zones, { place, source });
  if (layers.trails) drawTrails(context, timeline?.between(ptsUs - TRAIL_US, ptsUs) ?? [], place);
  drawPoses(context, found.poses, {
    place,
    layers,
    strength: found.kind === 'held' ? HELD_STRENGTH : 1,
    emphasis: scene.emphasis,
  });
}

/** Gives the canvas one pixel per device pixel, clears it and returns its size in CSS pixels, in which to draw. */
function fitToDevice(canvas: HTMLCanvasElement, context: CanvasRenderingContext2D): Size {
  const ratio = window.devicePixelRatio;
  const widthPx = canvas.clientWidth;
  const heightPx = canvas.clientHeight;
  const width = Math.round(widthPx * ratio);
  const height = Math.round(heightPx * ratio);
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, widthPx, heightPx);
  return { widthPx, heightPx };
}
