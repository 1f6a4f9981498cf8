import { z } from 'zod';
import { profileNames } from '#pose/profile.js';
import { frameHeader, size } from './frame-header.js';

/** Why a frame was not analysed. Every such frame is counted under exactly one of these. */
export const dropReasons = ['overloaded', 'expired', 'undecodable', 'late', 'failed'] as const;

export type DropReason = (typeof dropReasons)[number];

/** One person: see `libs/pose/pose.ts`. Pixels of the source picture. */
export const poseMessage = z.object({
  box: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  score: z.number(),
  keypoints: z.array(z.number()).length(51),
  /** Joints in metres, COCO order, x right, y down, z away from the camera, from the middle of the hips; only of profile `pose3d`. */
  joints3d: z.array(z.number()).length(51).optional(),
});

const common = {
  type: z.literal('poses.estimated'),
  v: z.literal(1),
  ...frameHeader,
  policy: z.enum(['live', 'file']),
  source: size,
};

/**
 * ingest or inference → tracker, in the camera's lane. Every `seq` of an epoch arrives exactly once in effect:
 * with `poses`, or as `skipped` in the place of a frame that was not analysed, or as `still` in the place of one on which nothing has
 * changed since the newest analysed frame of the epoch, whose poses hold for it too, or as `ended` after the last frame.
 */
export const posesEstimated = z.discriminatedUnion('outcome', [
  z.object({
    ...common,
    outcome: z.literal('poses'),
    /** Size of the stored pixels, so that a snapshot can be cut from them. */
    analysis: size,
    poses: z.array(poseMessage),
    /** What really ran: the camera's own choice, or what stood in for it. */
    profile: z.enum(profileNames).default('fast'),
    modelId: z.string(),
    /** Execution provider that ran: `cpu`, `cuda` or `webgpu`. */
    provider: z.string(),
    inferenceMs: z.number(),
  }),
  z.object({ ...common, outcome: z.literal('skipped'), reason: z.enum(dropReasons) }),
  z.object({ ...common, outcome: z.literal('still') }),
  z.object({
    ...common,
    outcome: z.literal('ended'),
    /** `complete`: the file was read to its end; `cut`: the stream broke or was cancelled. */
    how: z.enum(['complete', 'cut']),
  }),
]);

export type PosesEstimated = z.infer<typeof posesEstimated>;
