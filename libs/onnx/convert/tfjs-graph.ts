import { z } from 'zod';
import { AppError } from '#base/errors.js';

/**
 * Reads a TensorFlow.js graph model: `model.json` (topology and a manifest of weights) and its weight file.
 * Source: TensorFlow.js `graph-model` format (tfjs-core io/types.ts, 4.x). Weights stored as float16 are widened to float32;
 * other quantisations are refused.
 */
export interface TfTensor {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

export interface TfNode {
  readonly name: string;
  readonly op: string;
  /** Names of the nodes whose first output comes in; control inputs are left out. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Partial<Record<string, TfAttribute>>>;
}

export interface TfGraph {
  readonly nodes: ReadonlyMap<string, TfNode>;
  /** Values of the `Const` nodes, integers included. */
  readonly constants: ReadonlyMap<string, TfTensor>;
}

const integer = z.union([z.string(), z.number()]);
const attribute = z.object({
  s: z.string().optional(),
  b: z.boolean().optional(),
  list: z.object({ i: z.array(integer).optional(), s: z.array(z.string()).optional() }).optional(),
});
type TfAttribute = z.infer<typeof attribute>;

const weight = z.object({
  name: z.string(),
  shape: z.array(z.int().nonnegative()),
  dtype: z.enum(['float32', 'int32']),
  quantization: z.object({ dtype: z.literal('float16') }).optional(),
});
type Weight = z.infer<typeof weight>;

const modelFile = z.object({
  format: z.literal('graph-model'),
  modelTopology: z.object({
    node: z.array(
      z.object({
        name: z.string(),
        op: z.string(),
        input: z.array(z.string()).default([]),
        attr: z.record(z.string(), attribute).default({}),
      }),
    ),
  }),
  weightsManifest: z.array(z.object({ weights: z.array(weight) })).length(1),
});

/** @throws AppError `invalid-input` when the two files are not such a model or do not belong together. */
export function readTfjsGraph(json: Uint8Array, weights: Uint8Array): TfGraph {
  const { modelTopology, weightsManifest } = parseModel(json);
  const nodes = modelTopology.node.map((node): TfNode => ({
    name: node.name,
    op: node.op,
    inputs: node.input.filter((name) => !name.startsWith('^')).map((name) => name.replace(/:0$/, '')),
    attributes: node.attr,
  }));
  return {
    nodes: new Map(nodes.map((node) => [node.name, node])),
    constants: readWeights(weightsManifest[0].weights, weights),
  };
}

function parseModel(json: Uint8Array): z.infer<typeof modelFile> {
  try {
    return modelFile.parse(JSON.parse(new TextDecoder().decode(json)));
  } catch (cause) {
    throw new AppError('invalid-input', 'Not a TensorFlow.js graph model that can be read', { cause });
  }
}

function readWeights(list: readonly Weight[], bytes: Uint8Array): Map<string, TfTensor> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tensors = new Map<string, TfTensor>();
  let at = 0;
  for (const entry of list) {
    const length = entry.shape.reduce((product, size) => product * size, 1);
    const width = entry.quantization === undefined ? 4 : 2;
    if (at + length * width > bytes.byteLength)
      throw new AppError(
        'invalid-input',
        `The weight file has ${bytes.byteLength} bytes and ends inside ${entry.name}`,
      );
    tensors.set(entry.name, { shape: entry.shape, values: readValues(view, { at, length, entry }) });
    at += length * width;
  }
  if (at !== bytes.byteLength)
    throw new AppError('invalid-input', `The weight file has ${bytes.byteLength} bytes; the model describes ${at}`);
  return tensors;
}

function readValues(view: DataView, where: { at: number; length: number; entry: Weight }): Float32Array {
  const { at, length, entry } = where;
  const values = new Float32Array(length);
  for (let i = 0; i < length; i++) {
    if (entry.quantization !== undefined) values[i] = halfToFloat(view.getUint16(at + 2 * i, true));
    else values[i] = entry.dtype === 'int32' ? view.getInt32(at + 4 * i, true) : view.getFloat32(at + 4 * i, true);
  }
  return values;
}

/** IEEE 754 binary16 as a number. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** A string attribute (`padding`, `data_format`), decoded from base64; null where it is missing. */
export function textAttribute(node: TfNode, name: string): string | null {
  const value = node.attributes[name]?.s;
  return value === undefined ? null : Buffer.from(value, 'base64').toString('utf8');
}

/** A list of strings (`fused_ops`), decoded from base64; empty where it is missing. */
export function textsAttribute(node: TfNode, name: string): readonly string[] {
  return (node.attributes[name]?.list?.s ?? []).map((value) => Buffer.from(value, 'base64').toString('utf8'));
}

/** A list of integers (`strides`); empty where it is missing. */
export function numbersAttribute(node: TfNode, name: string): readonly number[] {
  return (node.attributes[name]?.list?.i ?? []).map(Number);
}

/** A flag (`half_pixel_centers`); false where it is missing. */
export function flagAttribute(node: TfNode, name: string): boolean {
  return node.attributes[name]?.b ?? false;
}
