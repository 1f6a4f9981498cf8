import type { Box, Point } from '#geometry/box.js';
import { KEYPOINT_STRIDE, type Pose } from '#pose/pose.js';
import { cocoLimbs } from '#pose/skeleton.js';

/**
 * Vector drawings in the language of Advanced SubStation Alpha (`\p` mode): `m x y l x y …`, here in eighths of a pixel (`\p4`).
 * All outlines turn the same way round, so that overlapping parts do not cut holes into each other.
 * Source: libass wiki, "ASS File Format Guide", drawing commands.
 */

/** Eighths: `\p4` divides coordinates by 2³. */
export const DRAWING_MODE = 4;
const UNITS_PER_PX = 8;
const LEAST_JOINT_SCORE = 0.2;
const DOT_CORNERS = 8;

function outline(points: readonly Point[]): string {
  const [first, ...rest] = points.map(({ x, y }) => `${Math.round(x * UNITS_PER_PX)} ${Math.round(y * UNITS_PER_PX)}`);
  return `m ${first} l ${rest.join(' ')}`;
}

/** A line of some width as a rectangle; empty when it has no length. */
function line(from: Point, to: Point, widthPx: number): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  if (length === 0) return '';
  const aside = { x: (-(to.y - from.y) / length) * (widthPx / 2), y: ((to.x - from.x) / length) * (widthPx / 2) };
  return outline([
    { x: from.x - aside.x, y: from.y - aside.y },
    { x: to.x - aside.x, y: to.y - aside.y },
    { x: to.x + aside.x, y: to.y + aside.y },
    { x: from.x + aside.x, y: from.y + aside.y },
  ]);
}

function dot(at: Point, radiusPx: number): string {
  return outline(
    Array.from({ length: DOT_CORNERS }, (_, corner) => {
      const angle = (2 * Math.PI * corner) / DOT_CORNERS;
      return { x: at.x + radiusPx * Math.cos(angle), y: at.y + radiusPx * Math.sin(angle) };
    }),
  );
}

/** Limbs as thin rectangles and joints as dots; joints that the model hardly sees are left out. Empty when none is left. */
export function skeletonDrawing(pose: Pick<Pose, 'keypoints'>, widthPx: number): string {
  const joints = Array.from({ length: pose.keypoints.length / KEYPOINT_STRIDE }, (_, index): Point | null => {
    const [x, y, score] = pose.keypoints.slice(index * KEYPOINT_STRIDE, (index + 1) * KEYPOINT_STRIDE);
    return score < LEAST_JOINT_SCORE ? null : { x, y };
  });
  const limbs = cocoLimbs.map(([from, to]) => {
    const [a, b] = [joints[from], joints[to]];
    return a === null || b === null ? '' : line(a, b, widthPx);
  });
  const dots = joints.map((at) => (at === null ? '' : dot(at, widthPx)));
  return [...limbs, ...dots].filter((part) => part !== '').join(' ');
}

/** The sides of a closed polygon. */
export function polygonDrawing(corners: readonly Point[], widthPx: number): string {
  return corners
    .map((corner, index) => line(corner, corners[(index + 1) % corners.length], widthPx))
    .filter((part) => part !== '')
    .join(' ');
}

/** The sides of a box. */
export function boxDrawing([x1, y1, x2, y2]: Box, widthPx: number): string {
  return polygonDrawing(
    [
      { x: x1, y: y1 },
      { x: x2, y: y1 },
      { x: x2, y: y2 },
      { x: x1, y: y2 },
    ],
    widthPx,
  );
}
