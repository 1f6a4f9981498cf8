import { z } from 'zod';
import { decoderNames, modelTasks } from '#onnx/manifest.js';
import { profile } from './cameras.js';
import { plainText } from './common.js';

export const modelView = z
  .object({
    id: z.string(),
    title: z.string(),
    task: z.enum(modelTasks),
    licence: z.string(),
    /** What the licence or the training data asks of who uses it; null: nothing beyond naming the licence. */
    obligations: z.string().nullable(),
    origin: z.string(),
    /** Size of the ONNX file; null while it is not installed and nobody says it. */
    bytes: z.number().nullable(),
    /** Picture that the model takes; null: any size. */
    inputSize: z.object({ widthPx: z.int(), heightPx: z.int() }).nullable(),
    /** `damaged`: a file is there, but not the right one. */
    state: z.enum(['installed', 'missing', 'damaged']),
    /** What is wrong with it, for a person; null when nothing is. */
    problem: z.string().nullable(),
    /** Profiles that run it, or would where others are missing. */
    profiles: z.array(profile),
    /** Added by a person, not part of the product. */
    own: z.boolean(),
    /** The dashboard can fetch it from an address. */
    fetchable: z.boolean(),
    /** A file that it can be installed from, where somebody has it; null where it is made of several. */
    file: z.object({ name: z.string(), bytes: z.number().nullable(), sha256: z.string().nullable() }).nullable(),
    /** It may be removed: nothing else rests on it. */
    removable: z.boolean(),
    /** Its installation, while that is wanted or has failed; null otherwise. */
    pull: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('waiting') }),
        z.object({
          kind: z.literal('running'),
          line: z.string().nullable().describe('What happens now.'),
          bytes: z.number().nullable().describe('Downloaded; null while nothing is.'),
          total: z.number().nullable().describe('To download; null where nobody knows.'),
        }),
        z.object({ kind: z.literal('failed'), problem: z.string() }),
      ])
      .nullable(),
  })
  .meta({ id: 'Model' });

export type ModelView = z.infer<typeof modelView>;

export const profileView = z
  .object({
    name: profile,
    /** Ids of the models it runs here, in the order of work: its own, or what stands in for them. */
    models: z.array(z.string()),
    /** Those of them that are not installed; cameras that want the profile run `fast` meanwhile. */
    missing: z.array(z.string()),
    /** What to install so that it runs; empty when it does. Some of it may have to be given as a file. */
    toPull: z.array(z.string()),
  })
  .meta({ id: 'Profile' });

export type ProfileView = z.infer<typeof profileView>;

export const modelsAnswer = z
  .object({
    models: z.array(modelView),
    profiles: z.array(profileView),
    /** Files in the models folder that cannot be used. */
    problems: z.array(z.object({ file: z.string(), problem: z.string() })),
  })
  .meta({ id: 'ModelsAnswer' });

export type ModelsAnswer = z.infer<typeof modelsAnswer>;

export const draftQuery = z.strictObject({
  name: plainText.trim().min(1).max(255).describe('File name, shown to people; never used as a path.'),
});

export type DraftQuery = z.infer<typeof draftQuery>;

/** An uploaded ONNX file that is not a model yet. */
export const draftView = z.object({ id: z.string(), name: z.string(), bytes: z.number() }).meta({ id: 'ModelDraft' });

export type DraftView = z.infer<typeof draftView>;

export const ownModelInput = z
  .strictObject({
    description: z
      .record(z.string(), z.unknown())
      .describe('What the model is and how it is run: id, title, task, licence, input, outputs, decoder, skeleton.'),
    replace: z.boolean().optional().describe('It may take the place of an own model of the same id.'),
  })
  .meta({ id: 'OwnModelInput' });

export type OwnModelInput = z.infer<typeof ownModelInput>;

export const modelTrial = z
  .object({
    ok: z.boolean(),
    /** What is wrong, with names, values and shapes; null when it works. */
    problem: z.string().nullable(),
    /** `description` or one of the reasons of `libs/onnx/dry-run-checks.ts`; null when it works. */
    reason: z.string().nullable(),
    trial: z
      .object({
        provider: z.string(),
        /** The picture it was tried with. */
        widthPx: z.int(),
        heightPx: z.int(),
        /** One picture on one thread, the best of a few. */
        inferenceMs: z.number(),
        /** Memory that it took, roughly. */
        memoryBytes: z.number(),
      })
      .nullable(),
  })
  .meta({ id: 'ModelTrial' });

export type ModelTrial = z.infer<typeof modelTrial>;

export const decodersAnswer = z
  .object({
    decoders: z.array(
      z
        .object({
          name: z.enum(decoderNames),
          tasks: z.array(z.enum(modelTasks)),
          /** Skeletons that it can give; empty: it gives no joints. */
          skeletons: z.array(z.string()),
          /** What it reads; `shape` is for people. */
          outputs: z.array(
            z.object({ role: z.string(), types: z.array(z.string()), shape: z.string(), optional: z.boolean() }),
          ),
        })
        .meta({ id: 'Decoder' }),
    ),
  })
  .meta({ id: 'DecodersAnswer' });

export type DecodersAnswer = z.infer<typeof decodersAnswer>;
