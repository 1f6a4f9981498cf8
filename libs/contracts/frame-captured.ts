import { z } from 'zod';
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
  /** Model registry id, such as `movenet-multipose`. */
  modelId: z.string().min(1),
  /** Wall clock after which a live frame is no longer worth analysing; null for a file. */
  expiresAtMs: z.number().nullable(),
});

export type FrameCaptured = z.infer<typeof frameCaptured>;
