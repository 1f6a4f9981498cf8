import type { Box } from '#geometry/box.js';

/** A person found by a detector, without joints. */
export interface Detection {
  /** In pixels of the picture that the detector saw, unless the variable says otherwise. May reach over its border. */
  readonly box: Box;
  /** Confidence that this is a person, 0..1. */
  readonly score: number;
}
