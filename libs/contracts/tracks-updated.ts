import { z } from 'zod';
import { profileNames } from '#pose/profile.js';
import { frameHeader, size } from './frame-header.js';
import { poseMessage } from './poses-estimated.js';

/** Frames of an epoch by fate: captured = analysed + still + dropped. `dropped` is keyed by `DropReason`. */
export const frameCounts = z.object({
  captured: z.int().nonnegative(),
  analysed: z.int().nonnegative(),
  /** On which nothing had changed since the newest analysed one, whose poses stood in; absent: none. */
  still: z.int().nonnegative().optional(),
  dropped: z.record(z.string(), z.int().nonnegative()),
});

export type FrameCounts = z.infer<typeof frameCounts>;

export const trackedPoseMessage = poseMessage.extend({
  /** Unique in (camera, epoch), from 1. */
  trackNo: z.int().positive(),
  /** Ids of the rules that are alarming on this track now. */
  alarms: z.array(z.string()),
});

export type TrackedPoseMessage = z.infer<typeof trackedPoseMessage>;

/**
 * tracker → dashboard and ingest (publish, latest wins): frames up to and including `seq` are done.
 * It doubles as the cumulative acknowledgement that gives ingest its frame credits back.
 */
export const tracksUpdated = z.object({
  type: z.literal('tracks.updated'),
  v: z.literal(1),
  ...frameHeader,
  source: size,
  /**
   * False when this frame was skipped or only ends the stream: `tracks` is then empty and says nothing. True also for a still frame:
   * its people stand where they stood.
   */
  analysed: z.boolean(),
  ended: z.boolean(),
  tracks: z.array(trackedPoseMessage),
  counts: frameCounts,
  provider: z.string().nullable(),
  /** What really ran on this frame; missing when it was not analysed. */
  profile: z.enum(profileNames).optional(),
  modelId: z.string().optional(),
  /** From capture to this message, milliseconds. */
  latencyMs: z.number(),
});

export type TracksUpdated = z.infer<typeof tracksUpdated>;
