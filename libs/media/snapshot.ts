import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import type { Point } from '#geometry/box.js';
import { letterbox, toAnalysis, type Letterbox, type Size } from '#geometry/letterbox.js';
import { KEYPOINT_STRIDE, type Pose } from '#pose/pose.js';
import { cocoLimbs } from '#pose/skeleton.js';

/**
 * The picture of an alert: the very frame it happened on, without the letterbox padding, with every skeleton drawn and the
 * alarming people marked. Called by the tracker once an alert, before it deletes the frame's pixels.
 */
const JPEG_QUALITY = 85;
const LARGEST_ENLARGEMENT = 2;
const LEAST_JOINT_SCORE = 0.2;
const ALARM_COLOUR = '#ff4d3d';
const CALM_COLOUR = '#3dd6c4';

/** A pose with the number of its track, as `tracks.updated` carries it. */
export interface SnapshotPose extends Pose {
  readonly trackNo: number;
}

export interface SnapshotOptions {
  /** Raw RGB of `analysis` size, letterboxed from `source`. Only read. */
  readonly pixels: Buffer;
  readonly analysis: Size;
  readonly source: Size;
  /** In source pixels. */
  readonly poses: readonly SnapshotPose[];
  /** Tracks drawn in the alarm colour, with a box and their number. */
  readonly alarmTrackNos: readonly number[];
  /** Where the JPEG goes; missing folders are made. It appears whole or not at all. */
  readonly file: string;
}

/** Writes one annotated JPEG; repeating it replaces the file. @throws Error when the folder cannot be written or `pixels` has another size. */
export async function writeSnapshot(options: SnapshotOptions): Promise<void> {
  const { analysis, file } = options;
  const box = letterbox(options.source, analysis);
  const scale = Math.max(1, Math.min(LARGEST_ENLARGEMENT, options.source.widthPx / box.inner.widthPx));
  const size = {
    widthPx: Math.round(box.inner.widthPx * scale),
    heightPx: Math.round(box.inner.heightPx * scale),
  };
  const drawing = skeletonSvg(options, { box, size });
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}.part`;
  try {
    await sharp(options.pixels, { raw: { width: analysis.widthPx, height: analysis.heightPx, channels: 3 } })
      .extract({ left: box.padXPx, top: box.padYPx, width: box.inner.widthPx, height: box.inner.heightPx })
      .resize(size.widthPx, size.heightPx, { fit: 'fill' })
      .composite([{ input: Buffer.from(drawing), left: 0, top: 0 }])
      .jpeg({ quality: JPEG_QUALITY })
      .toFile(unfinished);
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
  }
}

interface Canvas {
  readonly box: Letterbox;
  readonly size: Size;
}

/** The skeletons as an SVG of the snapshot's size. */
export function skeletonSvg(options: Pick<SnapshotOptions, 'poses' | 'alarmTrackNos'>, canvas: Canvas): string {
  const alarming = new Set(options.alarmTrackNos);
  const calmFirst = [...options.poses].sort(
    (a, b) => Number(alarming.has(a.trackNo)) - Number(alarming.has(b.trackNo)),
  );
  const people = calmFirst.map((pose) => personSvg(pose, alarming.has(pose.trackNo), canvas));
  const { widthPx, heightPx } = canvas.size;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${widthPx}" height="${heightPx}">${people.join('')}</svg>`;
}

function personSvg(pose: SnapshotPose, alarming: boolean, canvas: Canvas): string {
  const colour = alarming ? ALARM_COLOUR : CALM_COLOUR;
  const strokePx = Math.max(1.5, canvas.size.heightPx / 240);
  const limbs = cocoLimbs.flatMap(([from, to]) => {
    const a = jointAt(pose, from, canvas);
    const b = jointAt(pose, to, canvas);
    return a === null || b === null ? [] : [`<line x1="${a.x}" y1="${a.y}" x2="${b.x}" y2="${b.y}"/>`];
  });
  const outlined =
    `<g stroke="#000" stroke-opacity="0.5" stroke-width="${strokePx * 2}">${limbs.join('')}</g>` +
    `<g stroke="${colour}" stroke-width="${strokePx}">${limbs.join('')}</g>`;
  return `<g stroke-linecap="round" fill="none">${outlined}${alarming ? alarmBox(pose, strokePx, canvas) : ''}</g>`;
}

function alarmBox(pose: SnapshotPose, strokePx: number, canvas: Canvas): string {
  const from = onCanvas(canvas, { x: pose.box[0], y: pose.box[1] });
  const to = onCanvas(canvas, { x: pose.box[2], y: pose.box[3] });
  const textPx = Math.max(11, canvas.size.heightPx / 32);
  const frame =
    `<rect x="${from.x}" y="${from.y}" width="${Math.max(1, to.x - from.x)}" height="${Math.max(1, to.y - from.y)}" ` +
    `stroke="${ALARM_COLOUR}" stroke-width="${strokePx}"/>`;
  const label =
    `<text x="${from.x + strokePx}" y="${Math.max(textPx, from.y - strokePx * 2)}" font-family="sans-serif" ` +
    `font-weight="bold" font-size="${textPx}" fill="#fff" stroke="#000" stroke-width="${strokePx * 2}" ` +
    `paint-order="stroke">${pose.trackNo}</text>`;
  return frame + label;
}

function jointAt(pose: SnapshotPose, index: number, canvas: Canvas): Point | null {
  const [x, y, score] = pose.keypoints.slice(index * KEYPOINT_STRIDE, (index + 1) * KEYPOINT_STRIDE);
  return score < LEAST_JOINT_SCORE ? null : onCanvas(canvas, { x, y });
}

/** A point of the source picture in the snapshot, to a tenth of a pixel. */
function onCanvas(canvas: Canvas, point: Point): Point {
  const { box, size } = canvas;
  const at = toAnalysis(box, point);
  return {
    x: Math.round(((at.x - box.padXPx) * size.widthPx * 10) / box.inner.widthPx) / 10,
    y: Math.round(((at.y - box.padYPx) * size.heightPx * 10) / box.inner.heightPx) / 10,
  };
}
