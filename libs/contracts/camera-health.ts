import { z } from 'zod';

export const cameraStates = ['connecting', 'live', 'reconnecting', 'refused', 'stopped'] as const;

/**
 * ingest → dashboard: how one camera is doing, once a second. Kept in Redis with a time-to-live of a few seconds, so that
 * a dead ingest shows as "no news", not as "fine".
 */
export const cameraHealth = z.object({
  type: z.literal('camera.health'),
  v: z.literal(1),
  cameraId: z.string(),
  epoch: z.int().nonnegative(),
  state: z.enum(cameraStates),
  /** What is wrong and what to do, for a person; null while all is well. Never holds a credential. */
  problem: z.string().nullable(),
  /** Access units a second that the camera sends. */
  fpsIn: z.number(),
  /** Frames a second taken for analysis, also those that are still. */
  fpsCaptured: z.number(),
  /** Frames captured and not yet tracked. */
  inFlight: z.int().nonnegative(),
  reconnects: z.int().nonnegative(),
  atMs: z.number(),
});

export type CameraHealth = z.infer<typeof cameraHealth>;
