import type { Letterbox } from '#geometry/letterbox.js';

/**
 * A few thousand bytes of an analysis frame that say whether anything in it has changed: the picture, without its padding, in square
 * cells, each with the sum of four points of the green channel. Green carries most of the luminance and the least noise.
 */
export interface SampleGrid {
  readonly columns: number;
  readonly rows: number;
  /** Uint32Array [rows × columns × 4]: where in the raw RGB bytes the points of each cell lie. */
  readonly offsets: Uint32Array;
}

/** Uint16Array [rows × columns], 0..1020 each: four points of 0..255. */
export type FrameSample = Uint16Array;

/** Cells along the longer side of the picture: about 8 pixels each of a frame 512 wide, where the smallest people found are 30 high. */
const LONGEST_CELLS = 64;
const POINTS = 4;
const BYTES_PER_PIXEL = 3;
const GREEN = 1;

/** The grid of all frames of one size. Made once a stream. */
export function sampleGrid({ inner, analysis, padXPx, padYPx }: Letterbox): SampleGrid {
  const cellPx = Math.max(2, Math.max(inner.widthPx, inner.heightPx) / LONGEST_CELLS);
  const columns = Math.max(2, Math.round(inner.widthPx / cellPx));
  const rows = Math.max(2, Math.round(inner.heightPx / cellPx));
  const offsets = new Uint32Array(rows * columns * POINTS);
  const xs = places(columns, inner.widthPx);
  const ys = places(rows, inner.heightPx);
  let next = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let point = 0; point < POINTS; point++) {
        const x = padXPx + xs[2 * column + (point % 2)];
        const y = padYPx + ys[2 * row + (point >> 1)];
        offsets[next++] = (y * analysis.widthPx + x) * BYTES_PER_PIXEL + GREEN;
      }
  return { columns, rows, offsets };
}

/** Two places in each cell along a side, at a quarter and at three quarters of it. */
function places(cells: number, lengthPx: number): number[] {
  return Array.from({ length: 2 * cells }, (_, at) => Math.floor(((at + 0.5) * lengthPx) / (2 * cells)));
}

/** The sample of one frame: raw RGB of the grid's analysis size. About 10,000 bytes read, some 20 µs. */
export function sampleFrame(pixels: Uint8Array, { offsets }: SampleGrid): FrameSample {
  const sample = new Uint16Array(offsets.length / POINTS);
  for (let cell = 0, at = 0; cell < sample.length; cell++, at += POINTS)
    sample[cell] = pixels[offsets[at]] + pixels[offsets[at + 1]] + pixels[offsets[at + 2]] + pixels[offsets[at + 3]];
  return sample;
}
