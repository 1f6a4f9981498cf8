/** A TensorFlow.js graph model made by hand: nodes in the format's own terms, weights stored as float32. */
export interface TinyNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

export interface TinyWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
  readonly dtype?: 'float32' | 'int32';
}

/** The two files of a model. `Const` nodes for the weights are added. */
export function tinyTfjs(nodes: readonly TinyNode[], weights: readonly TinyWeight[]): { json: Buffer; bin: Buffer } {
  const constants = weights.map(({ name }) => ({ name, op: 'Const' }));
  const manifest = weights.map(({ name, shape, dtype = 'float32' }) => ({ name, shape, dtype }));
  const model = {
    format: 'graph-model',
    modelTopology: { node: [...constants, ...nodes] },
    weightsManifest: [{ paths: ['tiny.bin'], weights: manifest }],
  };
  const parts = weights.map(({ values, dtype }) =>
    Buffer.from((dtype === 'int32' ? Int32Array : Float32Array).from(values).buffer),
  );
  return { json: Buffer.from(JSON.stringify(model)), bin: Buffer.concat(parts) };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Attributes of a convolution. */
export function convolutionAttributes(options: {
  readonly stride: number;
  readonly padding: 'SAME' | 'VALID';
  readonly fused?: readonly string[];
}): Readonly<Record<string, unknown>> {
  const { stride, padding, fused = [] } = options;
  return {
    strides: { list: { i: ['1', String(stride), String(stride), '1'] } },
    dilations: { list: { i: ['1', '1', '1', '1'] } },
    padding: { s: base64(padding) },
    data_format: { s: base64('NHWC') },
    fused_ops: { list: { s: fused.map(base64) } },
  };
}
