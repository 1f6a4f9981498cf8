import { z } from 'zod';
import { cameraHealth } from '#contracts/camera-health.js';
import { profileNames } from '#pose/profile.js';
import { box, idParam, plainText, sourceSize } from './common.js';

const name = plainText.trim().min(1).max(100);
const url = plainText
  .trim()
  .min(1)
  .max(2000)
  .describe('May hold `user:password@`; it is stored sealed and never returned.');
const fps = z.number().min(0).max(120).describe('Analysis rate, frames a second; 0: every frame.');
const privacy = z.enum(['full', 'pose-only']);

/** How pictures become poses; see `GET /api/models` for what each profile runs and whether that is installed. */
export const profile = z.enum(profileNames).meta({ id: 'ProfileName' });
export const modelId = idParam
  .nullable()
  .describe("A pose model instead of the profile's own; null: the profile's own.");
const wide = z.boolean().describe('More analysis pixels, for small people in a wide view; about 2¼ times the work.');
const motionGate = z.boolean().describe('A still scene is analysed once in a while only.');

export const cameraHealthView = cameraHealth.meta({ id: 'CameraHealth' });

export const cameraView = z
  .object({
    id: z.string(),
    name: z.string(),
    /** Without credentials. */
    url: z.string(),
    /** A user name and password are stored for it. */
    hasCredentials: z.boolean(),
    enabled: z.boolean(),
    fps: z.number(),
    /** As chosen. What really runs is in `tracks.updated`. */
    profile,
    wide,
    motionGate,
    modelId: z.string().nullable(),
    privacy,
    sourceWidthPx: z.int().nullable(),
    sourceHeightPx: z.int().nullable(),
    /** Place on the wall, from 0. */
    position: z.int(),
    epoch: z.int(),
    createdAt: z.iso.datetime(),
    /** Null: no ingest process has said anything for some seconds. */
    health: cameraHealthView.nullable(),
  })
  .meta({ id: 'Camera' });

export type CameraView = z.infer<typeof cameraView>;

export const camerasAnswer = z.object({ cameras: z.array(cameraView) }).meta({ id: 'CamerasAnswer' });

export type CamerasAnswer = z.infer<typeof camerasAnswer>;

const analysis = {
  fps: fps.optional(),
  profile: profile.optional(),
  wide: wide.optional(),
  motionGate: motionGate.optional(),
  modelId: modelId.optional(),
  privacy: privacy.optional(),
};

export const cameraInput = z.strictObject({ name, url, ...analysis }).meta({ id: 'CameraInput' });

export type CameraInput = z.infer<typeof cameraInput>;

export const cameraChange = z
  .strictObject({
    name: name.optional(),
    url: url.optional(),
    ...analysis,
    enabled: z.boolean().optional(),
    position: z.int().min(0).max(10_000).optional(),
  })
  .meta({ id: 'CameraChange' });

export type CameraChange = z.infer<typeof cameraChange>;

export const cameraTestInput = z.strictObject({ url }).meta({ id: 'CameraTestInput' });

export type CameraTestInput = z.infer<typeof cameraTestInput>;

export const cameraTestAnswer = z
  .object({
    ok: z.boolean(),
    /** What is wrong and what to do, for a person; null when it works. */
    problem: z.string().nullable(),
    widthPx: z.int().nullable(),
    heightPx: z.int().nullable(),
    codec: z.string().nullable(),
    fps: z.number().nullable(),
  })
  .meta({ id: 'CameraTestAnswer' });

export type CameraTestAnswer = z.infer<typeof cameraTestAnswer>;

export const cameraMinutes = z
  .object({
    /** How long minutes are kept (POSEWATCH_HEALTH_HOURS). */
    hours: z.int(),
    /** Oldest first; minutes of which nothing is known are left out. */
    minutes: z.array(
      z.object({
        startMs: z.number(),
        /** Pictures in which people were looked for. */
        analysed: z.int(),
        /** Pictures on which nothing had moved. */
        still: z.int(),
        dropped: z.int(),
        /** Seconds in which it was live, of those in which this was watched. */
        liveSec: z.int(),
        watchedSec: z.int(),
      }),
    ),
  })
  .meta({ id: 'CameraMinutes' });

export type CameraMinutes = z.infer<typeof cameraMinutes>;

/** Longest span of one request for poses, microseconds of media time. */
export const MAX_POSES_SPAN_US = 300e6;

export const storedPose = z
  .object({
    ptsUs: z.int(),
    /** Wall clock, milliseconds since 1970. */
    atMs: z.number(),
    /** Source pixels: x1, y1, x2, y2. */
    box,
    score: z.number(),
    /** 17 × (x px, y px, score 0..1) in COCO order. */
    keypoints: z.array(z.number()),
  })
  .meta({ id: 'StoredPose' });

export const posesQuery = z
  .strictObject({
    epoch: z.coerce.number().int().min(0),
    fromPtsUs: z.coerce.number().int(),
    toPtsUs: z.coerce.number().int(),
  })
  .refine((query) => query.fromPtsUs <= query.toPtsUs, { path: ['fromPtsUs'], error: 'must not be later than toPtsUs' })
  .refine((query) => query.toPtsUs - query.fromPtsUs <= MAX_POSES_SPAN_US, {
    path: ['toPtsUs'],
    error: `must lie within ${MAX_POSES_SPAN_US} µs after fromPtsUs`,
  });

export type PosesQuery = z.infer<typeof posesQuery>;

export const playbackAnswer = z
  .object({
    source: sourceSize.nullable(),
    tracks: z.array(z.object({ trackNo: z.int(), poses: z.array(storedPose) })),
  })
  .meta({ id: 'PlaybackAnswer' });

export type PlaybackAnswer = z.infer<typeof playbackAnswer>;

export const recordingQuery = z.strictObject({
  epoch: z.coerce.number().int().min(0),
  ptsUs: z.coerce.number().int(),
});

export type RecordingQuery = z.infer<typeof recordingQuery>;
