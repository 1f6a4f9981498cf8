import { z } from 'zod';

/** Every service → dashboard: a heartbeat every two seconds under `serviceKey`, with a time-to-live of ten. */
export const serviceHealth = z.object({
  type: z.literal('service.health'),
  v: z.literal(1),
  service: z.enum(['ingest', 'inference', 'tracker', 'dashboard']),
  instance: z.string(),
  startedAtMs: z.number(),
  atMs: z.number(),
  rssBytes: z.int().nonnegative(),
  eventLoopP99Ms: z.number(),
  /** Inference only: execution provider, sessions and frames a second over the last heartbeat. */
  provider: z.string().nullable(),
  sessions: z.int().nonnegative(),
  framesPerSec: z.number(),
});

export type ServiceHealth = z.infer<typeof serviceHealth>;
