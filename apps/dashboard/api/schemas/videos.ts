import { z } from 'zod';
import { importFormats } from '#evaluation/imports/imported-sequence.js';
import { modelId, profile } from './cameras.js';
import { idParam, plainText } from './common.js';

export const videoView = z
  .object({
    id: z.string(),
    /** As the user named it. */
    name: z.string(),
    bytes: z.number(),
    status: z.enum(['queued', 'analysing', 'done', 'failed', 'cancelled']),
    /** What went wrong, for a person; null when nothing did. */
    problem: z.string().nullable(),
    /** Frames to analyse; null while unknown. */
    frameCount: z.int().nullable(),
    framesDone: z.int(),
    /** Frames that were not analysed, by reason. */
    dropped: z.record(z.string(), z.number()),
    durationUs: z.number().nullable(),
    isImage: z.boolean(),
    /** A recording that was analysed, or the format of tracks that were imported. */
    origin: z.enum(['recording', ...importFormats]),
    /** False: tracks alone. */
    hasPicture: z.boolean(),
    /** Of imported tracks without a picture: frame n is at n / frameRate seconds. */
    frameRate: z.number().nullable(),
    profile,
    modelId,
    /** Wall clock of media time 0, milliseconds since 1970. */
    startedAtMs: z.number(),
    createdAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    sourceWidthPx: z.int().nullable(),
    sourceHeightPx: z.int().nullable(),
  })
  .meta({ id: 'Video' });

export type VideoView = z.infer<typeof videoView>;

export const videosAnswer = z.object({ videos: z.array(videoView) }).meta({ id: 'VideosAnswer' });

export type VideosAnswer = z.infer<typeof videosAnswer>;

export const uploadQuery = z.strictObject({
  name: plainText.trim().min(1).max(255).describe('File name, shown to people; never used as a path.'),
  fps: z.coerce.number().min(0).max(120).optional().describe('Analysis rate, frames a second; 0: every frame.'),
  startedAtMs: z.coerce.number().min(0).optional().describe('Wall clock of media time 0 (ms); default: now.'),
  profile: profile.optional().describe('How it is analysed; default: fast.'),
  modelId: idParam.optional().describe("A pose model instead of the profile's own."),
});

export type UploadQuery = z.infer<typeof uploadQuery>;
