import { z } from 'zod';
import { storedPose } from './cameras.js';
import { idParam, paging, reversedRange, runsForward, sourceSize, timeRange } from './common.js';

export const trackView = z
  .object({
    cameraId: z.string(),
    cameraName: z.string(),
    epoch: z.int(),
    trackNo: z.int(),
    startMs: z.number(),
    endMs: z.number(),
    startPtsUs: z.int(),
    endPtsUs: z.int(),
    poses: z.int(),
    meanScore: z.number(),
    /** Body heights a second. */
    maxSpeed: z.number(),
  })
  .meta({ id: 'Track' });

export type TrackView = z.infer<typeof trackView>;

export const tracksQuery = z
  .strictObject({ cameraId: idParam.optional(), ...timeRange, ...paging })
  .refine(runsForward, reversedRange);

export type TracksQuery = z.infer<typeof tracksQuery>;

export const tracksAnswer = z
  .object({ tracks: z.array(trackView), nextCursor: z.string().nullable(), total: z.int() })
  .meta({ id: 'TracksAnswer' });

export type TracksAnswer = z.infer<typeof tracksAnswer>;

export const trackKey = z.object({
  cameraId: idParam,
  epoch: z.coerce.number().int().min(0).max(2_147_483_647),
  trackNo: z.coerce.number().int().min(0).max(2_147_483_647),
});

export type TrackKey = z.infer<typeof trackKey>;

export const trackPosesQuery = z.strictObject({
  fromPtsUs: z.coerce.number().int().optional().describe('Only poses from this media time on (µs) …'),
  toPtsUs: z.coerce.number().int().optional().describe('… and until this one.'),
});

export type TrackPosesQuery = z.infer<typeof trackPosesQuery>;

export const trackPosesAnswer = z
  .object({ source: sourceSize.nullable(), poses: z.array(storedPose) })
  .meta({ id: 'TrackPosesAnswer' });

export type TrackPosesAnswer = z.infer<typeof trackPosesAnswer>;
