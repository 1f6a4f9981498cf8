import { z } from 'zod';
import { behaviorDetected, measure, ruleKinds } from '#contracts/behavior-detected.js';
import { serviceHealth } from '#contracts/service-health.js';
import { tracksUpdated } from '#contracts/tracks-updated.js';
import { cameraHealthView } from './cameras.js';
import { idParam, paging, reversedRange, runsForward, timeRange } from './common.js';
import { videoView } from './videos.js';

export const eventView = z
  .object({
    id: z.string(),
    kind: z.enum(ruleKinds),
    ruleId: z.string(),
    ruleName: z.string(),
    zoneId: z.string().nullable(),
    zoneName: z.string().nullable(),
    cameraId: z.string(),
    cameraName: z.string(),
    cameraKind: z.enum(['live', 'video']),
    epoch: z.int(),
    trackNo: z.int(),
    startMs: z.number(),
    /** Null while it goes on. */
    endMs: z.number().nullable(),
    startPtsUs: z.int(),
    measure: measure.meta({ id: 'Measure' }),
    /** One sentence for a person. */
    why: z.string(),
    /** `GET /api/events/:id/snapshot.jpg` answers with a picture. */
    hasSnapshot: z.boolean(),
    acknowledgedAt: z.iso.datetime().nullable(),
    /** Name of the user. */
    acknowledgedBy: z.string().nullable(),
  })
  .meta({ id: 'Event' });

export type EventView = z.infer<typeof eventView>;

export const eventsQuery = z
  .strictObject({
    cameraId: idParam.optional(),
    kind: z.enum(ruleKinds).optional(),
    acknowledged: z.enum(['yes', 'no']).optional(),
    ...timeRange,
    ...paging,
  })
  .refine(runsForward, reversedRange);

export type EventsQuery = z.infer<typeof eventsQuery>;

export const eventsAnswer = z
  .object({ events: z.array(eventView), nextCursor: z.string().nullable(), total: z.int() })
  .meta({ id: 'EventsAnswer' });

export type EventsAnswer = z.infer<typeof eventsAnswer>;

export const serviceHealthView = serviceHealth.meta({ id: 'ServiceHealth' });

export const queueView = z
  .object({ name: z.string(), waiting: z.int(), active: z.int(), failed: z.int() })
  .meta({ id: 'Queue' });

export type QueueView = z.infer<typeof queueView>;

export const systemAnswer = z
  .object({
    services: z.array(serviceHealthView),
    queues: z.array(queueView),
    health: z.array(cameraHealthView),
    /** What this installation allows. */
    limits: z.object({ maxUploadBytes: z.number(), maxCameras: z.int() }),
  })
  .meta({ id: 'SystemAnswer' });

export type SystemAnswer = z.infer<typeof systemAnswer>;

export const storageAnswer = z
  .object({
    /** What takes room, largest limit first; `limitBytes` null: as much as the disk has. */
    parts: z.array(
      z.object({
        name: z.enum(['recordings', 'uploads', 'snapshots', 'models', 'database']),
        bytes: z.number(),
        limitBytes: z.number().nullable(),
      }),
    ),
    /** The disk that recordings and uploads are on. */
    disk: z.object({ bytes: z.number(), freeBytes: z.number() }),
  })
  .meta({ id: 'StorageAnswer' });

export type StorageAnswer = z.infer<typeof storageAnswer>;

export const healthAnswer = z
  .object({
    /** True when database and Redis answer. */
    ok: z.boolean(),
    database: z.boolean(),
    redis: z.boolean(),
  })
  .meta({ id: 'HealthAnswer' });

export type HealthAnswer = z.infer<typeof healthAnswer>;

/** What `/ws/updates` sends, one JSON object a message. */
export const liveUpdate = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('health'), health: cameraHealthView }),
    z.object({ type: z.literal('event'), event: behaviorDetected.meta({ id: 'BehaviorDetected' }) }),
    z.object({ type: z.literal('system'), services: z.array(serviceHealthView), queues: z.array(queueView) }),
    videoView.extend({ type: z.literal('video') }),
    tracksUpdated.extend({ type: z.literal('tracks') }),
  ])
  .meta({ id: 'LiveUpdate' });

export type LiveUpdate = z.infer<typeof liveUpdate>;

/** What a browser may send on `/ws/updates`. */
export const updatesRequest = z
  .strictObject({ subscribe: z.array(z.string().max(100)).max(256) })
  .meta({ id: 'UpdatesRequest' });
