import { z } from 'zod';
import { flowSides, LONGEST_SPAN_MS } from '#storage/insights.js';
import { idParam } from './common.js';

const DAY_MS = 86_400_000;
const time = (text: string) => z.coerce.number().min(0).max(8.64e15).describe(text);

/** Both ends are needed: an insight is over a known span. */
const span = {
  fromMs: time('From this wall clock time (ms) …'),
  toMs: time(`… until this one; at most ${LONGEST_SPAN_MS / DAY_MS} days.`),
};

export const insightSpan = z.strictObject(span);

export type InsightSpanQuery = z.output<typeof insightSpan>;

export const insightPeopleQuery = z.strictObject({
  ...span,
  buckets: z.coerce.number().int().min(1).max(500).default(96).describe('How many equal spans of time.'),
});

export type InsightPeopleQuery = z.output<typeof insightPeopleQuery>;

export const insightPeople = z
  .object({
    fromMs: z.number(),
    bucketMs: z.number(),
    /** Live cameras that saw anybody, the busiest first. */
    cameras: z.array(
      z.object({
        cameraId: z.string(),
        /** Tracks that were there in the span. */
        people: z.int(),
        /** A track counts in every bucket it was there in. */
        counts: z.array(z.int()),
      }),
    ),
  })
  .meta({ id: 'InsightPeople' });

export type InsightPeople = z.infer<typeof insightPeople>;

export const insightCameraQuery = z.strictObject({ ...span, cameraId: idParam });

export type InsightCameraQuery = z.output<typeof insightCameraQuery>;

export const insightPlaces = z
  .object({
    columns: z.int(),
    rows: z.int(),
    /** Person-seconds of feet in each cell of the picture, row by row from the top left. */
    seconds: z.array(z.number()),
    flows: z.array(
      z.object({
        /** Over which edge of the picture people came; `inside` is within it, as through a door. */
        from: z.enum(flowSides),
        to: z.enum(flowSides),
        people: z.int(),
      }),
    ),
    /** Tracks of at least a second that the flows count. */
    people: z.int(),
    /** False: there were more than are counted; the newest were. */
    isComplete: z.boolean(),
  })
  .meta({ id: 'InsightPlaces' });

export type InsightPlaces = z.infer<typeof insightPlaces>;

export const insightRules = z
  .object({
    /** One for each rule, oldest first. */
    rules: z.array(
      z.object({
        ruleId: z.string(),
        /** Alerts that began in the span … */
        alerts: z.int(),
        /** … of which nobody has taken note. */
        open: z.int(),
        /** Mean length of those that are over, seconds. */
        meanSec: z.number().nullable(),
        /** Mean time until somebody took note, seconds. */
        meanNotedSec: z.number().nullable(),
        /** The newest of all time; null when the rule never fired. */
        last: z
          .object({
            id: z.string(),
            cameraName: z.string(),
            startMs: z.number(),
            endMs: z.number().nullable(),
            isAcknowledged: z.boolean(),
            why: z.string(),
          })
          .nullable(),
      }),
    ),
  })
  .meta({ id: 'InsightRules' });

export type InsightRules = z.infer<typeof insightRules>;
