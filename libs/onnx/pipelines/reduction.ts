import { scaleOf, type Affine } from '#geometry/affine.js';

/**
 * How much smaller a frame is made before a crop is read from it. The reader looks at the four pixels around a point, so from some scale
 * on it would skip pixels: thin limbs break up, and patterns show that are not there.
 *
 * COCO mini and PETS09-S2L1, 2026-11-21, without → with (`evaluate coco`; boxes of all frames, joints and detector's score together):
 *
 *     fast, second look                 mean OKS 0.616 → 0.618, AP 0.385 → 0.387
 *     fast --wide, second look          mean OKS 0.637 → 0.640, AP 0.368 → 0.383
 *     detector, PETS, 1.41 times        AP50 0.924 → 0.927, tracks 0.925 → 0.928 (first half 0.916 → 0.922, second the same)
 */

/**
 * Below this scale the four pixels around a point are enough: making a frame smaller first would blur more than it saves. The detector's
 * input of most COCO pictures is 1.18 times smaller; with the reduction there, `accurate` had mean OKS 0.856, AP 0.598 instead of 0.862, 0.586.
 */
const WHOLE_FRAME_FROM = 1.25;

/** Whether a whole frame is made smaller by area, to the very size at which it is shown. `toFrame`: input pixels → frame pixels. */
export function isShownByArea(toFrame: Affine): boolean {
  return scaleOf(toFrame) >= WHOLE_FRAME_FROM;
}

/**
 * Of a person's crop: to a half, a quarter and so on, never below the crop's own size, so that a few reductions serve all people of a
 * frame, and because models for single persons are trained on crops without any: reduced to the very size, COCO mini has mean OKS 0.852
 * instead of 0.856 (detector as in the note above). `toFrame`: crop pixels → frame pixels.
 */
export function cropReduction(toFrame: Affine): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(scaleOf(toFrame))));
}
