/** The line of a search as the page draws it: two ends in 0..1 of the picture, and the side that feet go to. */
import type { PeopleSearch } from '../search-filter.js';

/** x from the left and y from the top, 0..1 of the picture. */
export type End = readonly [x: number, y: number];

export type Line = readonly [first: End, second: End];

/** Upright through the middle of where feet are. */
export const firstLine: Line = [
  [0.5, 0.9],
  [0.5, 0.4],
];

/** The line of an address; null when it is none. */
export function readLine(text: string | undefined): Line | null {
  const [x1, y1, x2, y2, ...more] = (text ?? '').split(',').map((part) => (part === '' ? NaN : Number(part)));
  const all = [x1, y1, x2, y2];
  if (more.length > 0 || !all.every((value) => value >= 0 && value <= 1)) return null;
  return [
    [x1, y1],
    [x2, y2],
  ];
}

/** The text of a line in an address, exact to a thousandth of the picture. */
export function writeLine(line: Line): string {
  return line
    .flat()
    .map((value) => Number(value.toFixed(3)))
    .join(',');
}

/** Unit vector in the picture towards a side of the line, seen by somebody who looks from its first to its second end. */
export function towards(line: Line, side: 'left' | 'right', picture: { readonly w: number; readonly h: number }): End {
  const [[x1, y1], [x2, y2]] = line;
  const [dx, dy] = [(x2 - x1) * picture.w, (y2 - y1) * picture.h];
  const length = Math.hypot(dx, dy) || 1;
  // y grows downwards: who looks up in the picture has their left at smaller x.
  const left: End = [dy / length, -dx / length];
  return side === 'left' ? left : [-left[0], -left[1]];
}

/** Sides that a search lets feet go to. */
export function sidesOf({ direction }: PeopleSearch): readonly ('left' | 'right')[] {
  return direction === undefined ? ['left', 'right'] : [direction];
}
