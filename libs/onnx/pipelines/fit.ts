import { AppError } from '#base/errors.js';
import { invertAffine, type Affine } from '#geometry/affine.js';
import { letterbox, type Size } from '#geometry/letterbox.js';
import type { Placement } from '../frame-fitter.js';
import type { PlannedModel } from './plan.js';
import { isShownByArea } from './reduction.js';

/** A whole frame as a model's input. */
export interface Fit extends Placement {
  /** Input pixels → frame pixels. */
  readonly toFrame: Affine;
}

/**
 * Fits a frame into a model: into a fixed size, or into the largest of its shape that the model takes and that has no more than
 * `maxAreaPx` pixels and no more than the frame. The picture keeps its proportions and lies in the middle.
 */
export function fitFrame(frame: Size, input: PlannedModel['input'], maxAreaPx: number): Fit {
  const size = inputSize(frame, input.size, maxAreaPx);
  const { inner, padXPx, padYPx } = letterbox(frame, size);
  const scaleX = frame.widthPx / inner.widthPx;
  const scaleY = frame.heightPx / inner.heightPx;
  const toFrame: Affine = [scaleX, 0, -padXPx * scaleX, 0, scaleY, -padYPx * scaleY];
  return { size, inner, padXPx, padYPx, byArea: isShownByArea(toFrame), toFrame };
}

function inputSize(frame: Size, size: PlannedModel['input']['size'], maxAreaPx: number): Size {
  if (size.kind === 'fixed') return size;
  const scale = Math.min(1, Math.sqrt(maxAreaPx / (frame.widthPx * frame.heightPx)));
  const rounded = (sidePx: number): number => Math.max(1, Math.round((sidePx * scale) / size.stridePx)) * size.stridePx;
  return { widthPx: rounded(frame.widthPx), heightPx: rounded(frame.heightPx) };
}

/** The inverse of a map that is known to have one. */
export function inverse(affine: Affine): Affine {
  const back = invertAffine(affine);
  if (back === null) throw new AppError('internal', `The map ${affine.join(', ')} has no inverse`);
  return back;
}

/** Size of a top-down model's input. @throws AppError `unavailable` where it is not fixed. */
export function fixedSize({ id, input }: PlannedModel): Size {
  if (input.size.kind === 'fixed') return input.size;
  throw new AppError('unavailable', `Model "${id}" has no fixed input size; a model for single persons needs one.`);
}
