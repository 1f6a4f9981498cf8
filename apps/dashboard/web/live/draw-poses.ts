import { KEYPOINT_STRIDE } from '#pose/pose.js';
import { cocoLimbs, joint } from '#pose/skeleton.js';
import type { TrackedPoseMessage } from '#contracts/tracks-updated.js';
import { alarmColor, trackColor } from '../ui/track-color.js';

/** What is drawn over a picture. */
export interface Layers {
  readonly skeletons: boolean;
  readonly boxes: boolean;
  readonly ids: boolean;
  readonly trails: boolean;
  readonly zones: boolean;
  readonly scores: boolean;
}

export const wallLayers: Layers = {
  skeletons: true,
  boxes: false,
  ids: true,
  trails: false,
  zones: false,
  scores: true,
};

export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** Where a source picture lies in a canvas that contains it whole: CSS pixels. */
export interface Placement {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

/** Joints below this score are not drawn: they are guesses. */
const DRAWN_SCORE = 0.2;
const FACE_LIMB = new Set([joint.nose, joint.left_eye, joint.right_eye, joint.left_ear, joint.right_ear]);

export function containIn(view: Size, source: Size): Placement {
  const scale = Math.min(view.widthPx / source.widthPx, view.heightPx / source.heightPx);
  return {
    scale,
    left: (view.widthPx - source.widthPx * scale) / 2,
    top: (view.heightPx - source.heightPx * scale) / 2,
  };
}

/** Draws people over a picture. `strength` 0..1 fades poses that are not of this very moment. */
export function drawPoses(
  context: CanvasRenderingContext2D,
  poses: readonly TrackedPoseMessage[],
  options: {
    readonly place: Placement;
    readonly layers: Layers;
    readonly strength: number;
    readonly emphasis?: number;
  },
): void {
  for (const pose of poses) {
    const color = pose.alarms.length > 0 ? alarmColor() : trackColor(pose.trackNo);
    const isFaded = options.emphasis !== undefined && options.emphasis !== pose.trackNo;
    context.globalAlpha = options.strength * (isFaded ? 0.35 : 1);
    if (showsBox(pose, options.layers)) drawBox(context, pose, { place: options.place, color });
    if (options.layers.skeletons) drawSkeleton(context, pose.keypoints, { place: options.place, color });
    if (options.layers.ids || options.layers.scores) drawLabel(context, pose, { ...options, color });
  }
  context.globalAlpha = 1;
}

/** The box stands in for the skeleton of somebody of whom an imported file had no joints. */
function showsBox({ alarms, keypoints }: TrackedPoseMessage, { boxes, skeletons }: Layers): boolean {
  return boxes || alarms.length > 0 || (skeletons && keypoints.every((value) => value === 0));
}

interface Pen {
  readonly place: Placement;
  readonly color: string;
}

/** Draws one skeleton: a dark edge first, so that it reads on a bright picture too. */
export function drawSkeleton(context: CanvasRenderingContext2D, keypoints: readonly number[], pen: Pen): void {
  const { place } = pen;
  const x = (index: number): number => place.left + keypoints[index * KEYPOINT_STRIDE] * place.scale;
  const y = (index: number): number => place.top + keypoints[index * KEYPOINT_STRIDE + 1] * place.scale;
  const isSeen = (index: number): boolean => keypoints[index * KEYPOINT_STRIDE + 2] >= DRAWN_SCORE;
  const body = new Path2D();
  for (const [a, b] of cocoLimbs) {
    if (!isSeen(a) || !isSeen(b) || (FACE_LIMB.has(a) && FACE_LIMB.has(b))) continue;
    body.moveTo(x(a), y(a));
    body.lineTo(x(b), y(b));
  }
  const heightPx = Math.abs(y(joint.left_ankle) - y(joint.nose));
  const width = Math.min(3.5, Math.max(1.5, heightPx / 60));
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = width + 2;
  context.strokeStyle = 'rgb(7 9 10 / 0.55)';
  context.stroke(body);
  context.lineWidth = width;
  context.strokeStyle = pen.color;
  context.stroke(body);
  context.fillStyle = pen.color;
  for (let index = 0; index * KEYPOINT_STRIDE < keypoints.length; index++) {
    if (!isSeen(index)) continue;
    context.beginPath();
    context.arc(x(index), y(index), FACE_LIMB.has(index) ? width * 0.7 : width, 0, 2 * Math.PI);
    context.fill();
  }
}

function drawBox(context: CanvasRenderingContext2D, pose: TrackedPoseMessage, pen: Pen): void {
  const [x1, y1, x2, y2] = pose.box.map((value) => value * pen.place.scale);
  context.lineWidth = pose.alarms.length > 0 ? 2 : 1.25;
  context.strokeStyle = pen.color;
  context.beginPath();
  context.roundRect(pen.place.left + x1, pen.place.top + y1, x2 - x1, y2 - y1, 3);
  context.stroke();
}

function drawLabel(
  context: CanvasRenderingContext2D,
  pose: TrackedPoseMessage,
  options: Pen & { readonly layers: Layers },
): void {
  const { place, layers, color } = options;
  const id = layers.ids ? String(pose.trackNo) : '';
  const score = layers.scores ? `${Math.round(pose.score * 100)}%` : '';
  context.font = '600 11px ui-sans-serif, system-ui, sans-serif';
  const idWidth = id === '' ? 0 : context.measureText(id).width;
  const gap = id !== '' && score !== '' ? 5 : 0;
  const width = idWidth + gap + (score === '' ? 0 : context.measureText(score).width) + 12;
  const centre = place.left + ((pose.box[0] + pose.box[2]) / 2) * place.scale;
  const left = Math.round(centre - width / 2);
  const top = Math.round(Math.max(2, place.top + pose.box[1] * place.scale - 21));
  context.fillStyle = 'rgb(7 9 10 / 0.78)';
  context.beginPath();
  context.roundRect(left, top, width, 17, 8.5);
  context.fill();
  context.textBaseline = 'middle';
  context.fillStyle = color;
  context.fillText(id, left + 6, top + 9);
  context.fillStyle = '#e8ecee';
  context.fillText(score, left + 6 + idWidth + gap, top + 9);
}

/** Draws where the feet of each person went over the frames, oldest first. */
export function drawTrails(
  context: CanvasRenderingContext2D,
  frames: readonly { readonly poses: readonly TrackedPoseMessage[] }[],
  place: Placement,
): void {
  const last = new Map<number, readonly [number, number]>();
  frames.forEach((frame, index) => {
    context.globalAlpha = (0.85 * (index + 1)) / frames.length;
    context.lineWidth = 2;
    for (const pose of frame.poses) {
      const x = place.left + ((pose.box[0] + pose.box[2]) / 2) * place.scale;
      const y = place.top + pose.box[3] * place.scale;
      const before = last.get(pose.trackNo);
      last.set(pose.trackNo, [x, y]);
      if (before === undefined) continue;
      context.strokeStyle = trackColor(pose.trackNo);
      context.beginPath();
      context.moveTo(...before);
      context.lineTo(x, y);
      context.stroke();
    }
  });
  context.globalAlpha = 1;
}

/** Draws zones: polygons in 0..1 of the source picture, with their names. */
export function drawZones(
  context: CanvasRenderingContext2D,
  zones: readonly { readonly name: string; readonly polygon: readonly (readonly number[])[] }[],
  options: { readonly place: Placement; readonly source: Size },
): void {
  const { place, source } = options;
  for (const zone of zones) {
    const corners = zone.polygon.map(([x, y]) => [
      place.left + x * source.widthPx * place.scale,
      place.top + y * source.heightPx * place.scale,
    ]);
    context.beginPath();
    for (const [x, y] of corners) context.lineTo(x, y);
    context.closePath();
    context.fillStyle = 'rgb(255 255 255 / 0.07)';
    context.fill();
    context.setLineDash([6, 4]);
    context.lineWidth = 1.5;
    context.strokeStyle = 'rgb(255 255 255 / 0.75)';
    context.stroke();
    context.setLineDash([]);
    const top = corners.reduce((best, corner) => (corner[1] < best[1] ? corner : best), corners[0]);
    context.font = '600 12px ui-sans-serif, system-ui, sans-serif';
    context.textBaseline = 'bottom';
    context.fillStyle = '#f4f6f6';
    context.fillText(zone.name, top[0] + 4, top[1] - 4);
  }
}
