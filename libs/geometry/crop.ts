import type { Affine } from './affine.js';
import type { Box } from './box.js';
import type { Size } from './letterbox.js';

export interface CropOptions {
  /** Sides of what is shown ÷ sides of the box: 1.25 shows an eighth of the box more on each side. */
  readonly padding: number;
  /** How far the person in the picture is turned clockwise (y down); the crop shows them upright. Default 0. */
  readonly rotationRad?: number;
}

/** A shorter side of a box counts as this, so that a box without area has a crop too. */
const MIN_SIDE_PX = 1;

/**
 * The map from source pixels to crop pixels that puts the middle of `box` into the middle of the crop and shows all of the padded
 * box as large as fits. Lengths keep their proportions: the crop shows more beside or above the box rather than stretch it.
 * With a rotation, the sides of the box are understood as the person's own: width across, height along the body.
 */
export function cropTransform(box: Box, crop: Size, { padding, rotationRad = 0 }: CropOptions): Affine {
  const widthPx = Math.max(MIN_SIDE_PX, box[2] - box[0]) * padding;
  const heightPx = Math.max(MIN_SIDE_PX, box[3] - box[1]) * padding;
  const scale = Math.min(crop.widthPx / widthPx, crop.heightPx / heightPx);
  const cos = scale * Math.cos(rotationRad);
  const sin = scale * Math.sin(rotationRad);
  const middleX = (box[0] + box[2]) / 2;
  const middleY = (box[1] + box[3]) / 2;
  return [
    cos,
    sin,
    crop.widthPx / 2 - cos * middleX - sin * middleY,
    -sin,
    cos,
    crop.heightPx / 2 + sin * middleX - cos * middleY,
  ];
}
