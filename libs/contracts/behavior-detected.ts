import { z } from 'zod';

export const ruleKinds = ['intrusion', 'loitering', 'running'] as const;

export type RuleKind = (typeof ruleKinds)[number];

/** What was measured, against which limit: the "why" of an alert. */
export const measure = z.object({ name: z.string(), value: z.number(), limit: z.number(), unit: z.string() });

/**
 * tracker → dashboard (publish, after the row is committed). Key: event id + phase.
 * `eventId` is natural: rule-camera-epoch-track-seq of the frame that started it.
 */
export const behaviorDetected = z.object({
  type: z.literal('behavior.detected'),
  v: z.literal(1),
  eventId: z.string(),
  phase: z.enum(['started', 'ended']),
  kind: z.enum(ruleKinds),
  ruleId: z.string(),
  zoneId: z.string().nullable(),
  cameraId: z.string(),
  epoch: z.int().nonnegative(),
  trackNo: z.int().positive(),
  seq: z.int().nonnegative(),
  ptsUs: z.int(),
  capturedAtMs: z.number(),
  measure,
  /** One sentence for a person, such as "Stayed 34 s in Entrance; the limit is 30 s." */
  why: z.string(),
  traceId: z.string(),
});

export type BehaviorDetected = z.infer<typeof behaviorDetected>;
