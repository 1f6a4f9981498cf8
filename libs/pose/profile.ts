import type { Size } from '#geometry/letterbox.js';

/**
 * Profiles: the ways to get from a picture to poses that a camera can be set to. `fast`: one stage, any number of people;
 * `accurate`: a detector, then the joints of each person; `pose3d`: as `accurate`, with joints in metres as well.
 * Which models a profile runs is said in `models/manifest.json`.
 */
export const profileNames = ['fast', 'accurate', 'pose3d'] as const;

export type ProfileName = (typeof profileNames)[number];

/** The profile of a stored name; `fast` for a name that this version does not know. */
export function profileOf(name: string): ProfileName {
  return profileNames.find((known) => known === name) ?? 'fast';
}

/** What decides the size of a camera's analysis frames. */
export interface AnalysisNeeds {
  readonly profile: ProfileName;
  /** For small people in a wide view: more pixels for the one-stage model. */
  readonly wide: boolean;
  readonly source: Size;
  /** Pixels of a `fast` frame: a setting. */
  readonly areaPx: number;
}

/** `wide` frames have this many times the pixels: 576 × 768 instead of 384 × 512. */
const WIDE_FACTOR = 2.25;

/** Pixels of the largest `fast` frame. */
export function mostAreaPx(areaPx: number): number {
  return areaPx * WIDE_FACTOR;
}

/** Joints are looked for in crops of the frame, so `accurate` and `pose3d` want the source's own pixels, up to this many. */
const CROP_SOURCE_AREA_PX = 1280 * 720;

/** Pixels that a camera's analysis frames should have. */
export function analysisArea({ profile, wide, source, areaPx }: AnalysisNeeds): number {
  const fast = wide ? mostAreaPx(areaPx) : areaPx;
  if (profile === 'fast') return fast;
  return Math.min(CROP_SOURCE_AREA_PX, Math.max(fast, source.widthPx * source.heightPx));
}
