import { z } from 'zod';
import { ruleKinds } from '#contracts/behavior-detected.js';
import { idParam, plainText } from './common.js';

const name = plainText.trim().min(1).max(100);
const share = z.number().min(0).max(1);

/** At least three corners, [xNorm, yNorm] each, 0..1 of the source picture. */
const polygon = z
  .array(z.tuple([share, share]))
  .min(3)
  .max(64);

export const zoneView = z
  .object({
    id: z.string(),
    cameraId: z.string(),
    name: z.string(),
    polygon: z.array(z.tuple([z.number(), z.number()])),
  })
  .meta({ id: 'Zone' });

export type ZoneView = z.infer<typeof zoneView>;

export const zonesAnswer = z.object({ zones: z.array(zoneView) }).meta({ id: 'ZonesAnswer' });

export type ZonesAnswer = z.infer<typeof zonesAnswer>;

export const zoneInput = z.strictObject({ name, polygon }).meta({ id: 'ZoneInput' });

export type ZoneInput = z.infer<typeof zoneInput>;

export const zoneChange = z
  .strictObject({ name: name.optional(), polygon: polygon.optional() })
  .meta({ id: 'ZoneChange' });

export type ZoneChange = z.infer<typeof zoneChange>;

const params = z
  .record(z.string(), z.number())
  .describe('Limits of the rule by name; left out ones keep their default.');

export const ruleView = z
  .object({
    id: z.string(),
    kind: z.enum(ruleKinds),
    name: z.string(),
    /** Null: every camera. */
    cameraId: z.string().nullable(),
    /** Null: the whole picture. */
    zoneId: z.string().nullable(),
    params: z.record(z.string(), z.number()),
    enabled: z.boolean(),
  })
  .meta({ id: 'Rule' });

export type RuleView = z.infer<typeof ruleView>;

export const rulesAnswer = z.object({ rules: z.array(ruleView) }).meta({ id: 'RulesAnswer' });

export type RulesAnswer = z.infer<typeof rulesAnswer>;

export const ruleInput = z
  .strictObject({
    kind: z.enum(ruleKinds),
    name,
    cameraId: idParam.nullable().optional(),
    zoneId: idParam.nullable().optional(),
    params: params.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'RuleInput' });

export type RuleInput = z.infer<typeof ruleInput>;

export const ruleChange = z
  .strictObject({
    name: name.optional(),
    cameraId: idParam.nullable().optional(),
    zoneId: idParam.nullable().optional(),
    params: params.optional(),
    enabled: z.boolean().optional(),
  })
  .meta({ id: 'RuleChange' });

export type RuleChange = z.infer<typeof ruleChange>;

const ruleParameter = z.object({
  name: z.string(),
  label: z.string(),
  unit: z.string(),
  default: z.number(),
  min: z.number(),
  max: z.number(),
  /** One sentence for a person. */
  text: z.string(),
});

export const ruleKindsAnswer = z
  .object({
    kinds: z.array(
      z
        .object({
          kind: z.enum(ruleKinds),
          label: z.string(),
          text: z.string(),
          /** True when the rule makes no sense without a zone. */
          needsZone: z.boolean(),
          /** In the order of a form. */
          parameters: z.array(ruleParameter.meta({ id: 'RuleParameter' })),
        })
        .meta({ id: 'RuleKind' }),
    ),
  })
  .meta({ id: 'RuleKindsAnswer' });

export type RuleKindsAnswer = z.infer<typeof ruleKindsAnswer>;
