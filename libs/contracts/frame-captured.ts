import { z } from 'zod';
import { profileNames } from '#pose/profile.js';
import { frameHeader, size } from './frame-header.js';

/**
 * ingest → inference: one frame waits to be analysed. Its pixels are in the frame store under the same
 * camera-epoch-seq: raw RGB of `analysis` size, letterboxed from `source`.
 */
export const frameCaptured = z.object({
  type: z.literal('frame.captured'),
  v: z.literal(1),
  ...frameHeader,
  /** `live` frames may expire; `file` frames never do. */
  policy: z.enum(['live', 'file']),
  source: size,
  analysis: size,
  /** How the frame is analysed. */
  profile: z.enum(profileNames).default('fast'),
  /** Registry id of a model to use in place of the profile's own pose model; null: the profile's own. */
  modelId: z.string().min(1).nullable(),
  /** Wall clock after which a live frame is no longer worth analysing; null for a file. */
  expiresAtMs: z.number().nullable(),
});

export type FrameCaptured = z.infer<typeof frameCaptured>;
