/** Axis-aligned box, xyxy: left, top, right, bottom. The name of the variable says the frame of reference. */
export type Box = readonly [x1: number, y1: number, x2: number, y2: number];

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Width times height; 0 for an empty or inverted box. */
export function boxArea(box: Box): number {
  return Math.max(0, box[2] - box[0]) * Math.max(0, box[3] - box[1]);
}

/** Intersection over union, 0..1; 0 when both boxes are empty. */
export function iou(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  return intersection / (boxArea(a) + boxArea(b) - intersection);
}

/** The middle of the lower edge: where an upright person touches the floor. */
export function footPoint(box: Box): Point {
  return { x: (box[0] + box[2]) / 2, y: box[3] };
}
