import { z } from 'zod';
import { importFormats } from '#evaluation/imports/imported-sequence.js';
import { idParam, plainText } from './common.js';
import { videoView } from './videos.js';

const sidePx = z.coerce.number().int().min(1).max(100_000).optional();

export const importQuery = z
  .strictObject({
    name: plainText.trim().min(1).max(255).describe('Shown to people; never used as a path.'),
    format: z.enum(importFormats).optional().describe('Instead of what the content says.'),
    fps: z.coerce
      .number()
      .min(0.01)
      .max(1000)
      .optional()
      .describe('Frames a second of the source. Needed for more than one frame.'),
    widthPx: sidePx.describe('Of the picture; default: as the file says, else the smallest that holds everybody.'),
    heightPx: sidePx.describe('Needed with widthPx.'),
    startedAtMs: z.coerce.number().min(0).max(8.64e15).optional().describe('Wall clock of frame 0 (ms); default: now.'),
    link: z
      .enum(['yes', 'no'])
      .optional()
      .describe('People without ids are linked by the tracker; default: unless pictures differ in size.'),
    ticket: idParam.optional().describe('A name of your own for `GET /api/imports/{ticket}`, to follow this import.'),
  })
  .refine(({ widthPx, heightPx }) => (widthPx === undefined) === (heightPx === undefined), {
    path: ['widthPx'],
    error: 'widthPx and heightPx go together',
  });

export type ImportQuery = z.infer<typeof importQuery>;

export const importAnswer = z
  .object({
    video: videoView,
    /** The same file was there already; nothing was changed. */
    isKnown: z.boolean(),
    tracks: z.int(),
    poses: z.int(),
    /** Whose ids the tracks have: the file's, the tracker's, or each person its own. */
    linking: z.enum(['given', 'tracker', 'none']),
    /** People of the file that are not stored: reason → count. */
    leftOut: z.record(z.string(), z.int()),
  })
  .meta({ id: 'Import' });

export type ImportAnswer = z.infer<typeof importAnswer>;

export const importProgress = z
  .object({
    stage: z.enum(['receiving', 'reading', 'storing']),
    /** Frames. */
    done: z.int(),
    /** 0 while unknown. */
    total: z.int(),
  })
  .meta({ id: 'ImportProgress' });

export type ImportProgress = z.infer<typeof importProgress>;
