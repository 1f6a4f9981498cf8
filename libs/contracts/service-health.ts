import { z } from 'zod';
import { profileNames } from '#pose/profile.js';

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
  /** Inference only: execution providers that would come first and do not run here, with what they need. */
  notUsed: z.array(z.object({ provider: z.string(), problem: z.string() })).optional(),
  /** Inference only: pipelines that frames ask for and that cannot be used now; something else stands in for each. */
  problems: z
    .array(z.object({ profile: z.enum(profileNames), modelId: z.string().nullable(), problem: z.string() }))
    .optional(),
});

export type ServiceHealth = z.infer<typeof serviceHealth>;
