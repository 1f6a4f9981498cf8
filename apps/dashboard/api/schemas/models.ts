import { z } from 'zod';
import { modelTasks } from '#onnx/manifest.js';
import { profile } from './cameras.js';

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
    /** Profiles that run it. */
    profiles: z.array(profile),
    /** Added by a person, not part of the product. */
    own: z.boolean(),
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
    /** Ids of the models it runs, in the order of work. */
    models: z.array(z.string()),
    /** Those of them that are not installed; cameras that want the profile run `fast` meanwhile. */
    missing: z.array(z.string()),
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
