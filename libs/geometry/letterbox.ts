import type { Point } from './box.js';

/** A picture size in pixels. */
export interface Size {
  readonly widthPx: number;
  readonly heightPx: number;
}

/** How a source picture lies in an analysis picture: scaled by `scale`, its top left corner at (`padXPx`, `padYPx`). */
export interface Letterbox {
  readonly source: Size;
  readonly analysis: Size;
  /** The scaled picture inside the analysis picture; integers, as FFmpeg's `scale` filter is told. */
  readonly inner: Size;
  readonly padXPx: number;
  readonly padYPx: number;
}

/** The largest aspect-keeping placement of `source` in `analysis`, centred, in whole pixels. */
export function letterbox(source: Size, analysis: Size): Letterbox {
  const scale = Math.min(analysis.widthPx / source.widthPx, analysis.heightPx / source.heightPx);
  const inner = {
    widthPx: Math.min(analysis.widthPx, Math.max(1, Math.round(source.widthPx * scale))),
    heightPx: Math.min(analysis.heightPx, Math.max(1, Math.round(source.heightPx * scale))),
  };
  return {
    source,
    analysis,
    inner,
    padXPx: Math.floor((analysis.widthPx - inner.widthPx) / 2),
    padYPx: Math.floor((analysis.heightPx - inner.heightPx) / 2),
  };
}

/** A point of the analysis picture in source pixels. Exact inverse of `toAnalysis`. */
export function toSource(box: Letterbox, point: Point): Point {
  return {
    x: ((point.x - box.padXPx) * box.source.widthPx) / box.inner.widthPx,
    y: ((point.y - box.padYPx) * box.source.heightPx) / box.inner.heightPx,
  };
}

/** A point of the source picture in analysis pixels. */
export function toAnalysis(box: Letterbox, point: Point): Point {
  return {
    x: (point.x * box.inner.widthPx) / box.source.widthPx + box.padXPx,
    y: (point.y * box.inner.heightPx) / box.source.heightPx + box.padYPx,
  };
}

/**
 * The analysis size for a source: multiples of `stridePx` near `areaPx` pixels that waste the least on padding.
 * The default area is that of 384 × 512.
 */
export function analysisSize(source: Size, options: { readonly areaPx: number; readonly stridePx: number }): Size {
  const { areaPx, stridePx } = options;
  const aspect = Math.min(8, Math.max(1 / 8, source.widthPx / source.heightPx));
  const idealHeight = Math.sqrt(areaPx / aspect);
  let best: Size = { widthPx: stridePx, heightPx: stridePx };
  let bestWaste = Number.POSITIVE_INFINITY;
  for (const rows of [Math.floor(idealHeight / stridePx), Math.ceil(idealHeight / stridePx)]) {
    const heightPx = Math.max(1, rows) * stridePx;
    for (const columns of [Math.floor((heightPx * aspect) / stridePx), Math.ceil((heightPx * aspect) / stridePx)]) {
      const size = { widthPx: Math.max(1, columns) * stridePx, heightPx };
      const { inner } = letterbox(source, size);
      const padding = 1 - (inner.widthPx * inner.heightPx) / (size.widthPx * size.heightPx);
      const waste = padding + Math.abs((size.widthPx * size.heightPx) / areaPx - 1) / 2;
      if (waste < bestWaste) [best, bestWaste] = [size, waste];
    }
  }
  return best;
}
