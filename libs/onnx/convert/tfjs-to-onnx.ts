import { AppError } from '#base/errors.js';
import type { Emitter } from './emitter.js';
import { encodeOnnx, type OnnxNode, type OnnxTensor, type OnnxValue } from './onnx-proto.js';
import type { TfGraph, TfNode } from './tfjs-graph.js';
import { operators } from './tfjs-operators.js';

/** What to take out of a graph: `outputs` maps the name of an ONNX output to the TensorFlow node it is cut at. */
export interface Cut {
  readonly name: string;
  /** The picture: a placeholder [N, H, W, 3] that becomes a `uint8` input of any N, H and W. */
  readonly input: string;
  readonly outputs: Readonly<Record<string, { readonly node: string; readonly channels: number }>>;
}

/**
 * A TensorFlow graph, cut at named nodes, as an ONNX model file. Pictures come in as NHWC bytes; every value inside is NCHW,
 * every output `float` [N, channels, h, w]. The same graph gives the same bytes.
 * @throws AppError `invalid-input` for an operator or a form of one that cannot be written.
 */
export function tfjsToOnnx(graph: TfGraph, cut: Cut): Uint8Array {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const names = new Map<string, string>();
  const outputNames = new Map(Object.entries(cut.outputs).map(([name, { node }]) => [node, name]));
  const emitter: Emitter = {
    value: (tfName) => {
      const known = names.get(tfName);
      if (known !== undefined) return known;
      const name = emit(emitter.node(tfName), emitter, cut);
      names.set(tfName, name);
      return name;
    },
    node: (tfName) => found(graph.nodes.get(tfName), `node ${tfName}`),
    constant: (tfName) => found(graph.constants.get(tfName), `constant ${tfName}`),
    add: (node) => {
      const output = outputNames.get(node.output) ?? node.output;
      nodes.push({ ...node, output });
      return output;
    },
    addTensor: (tensor) => {
      initializers.set(tensor.name, tensor);
      return tensor.name;
    },
  };
  for (const { node } of Object.values(cut.outputs)) emitter.value(node);
  const outputs = Object.entries(cut.outputs).map(([name, { channels }]): OnnxValue => ({
    name,
    type: 'float',
    dims: ['n', channels, 'rows', 'columns'],
  }));
  const input: OnnxValue = { name: INPUT_NAME, type: 'uint8', dims: ['n', 'height', 'width', 3] };
  const parts = { nodes, initializers: [...initializers.values()], inputs: [input], outputs };
  return encodeOnnx({ name: cut.name, producer: 'posewatch', ...parts });
}

/** Name of the picture input of every converted model. */
export const INPUT_NAME = 'image';

function emit(node: TfNode, emitter: Emitter, cut: Cut): string {
  if (node.name === cut.input) {
    const attributes = { perm: [0, 3, 1, 2] };
    return emitter.add({ opType: 'Transpose', inputs: [INPUT_NAME], output: node.name, attributes });
  }
  const operator = operators[node.op];
  if (operator === undefined)
    throw new AppError('invalid-input', `TensorFlow operator ${node.op} (${node.name}) cannot be converted`);
  return operator(node, emitter);
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new AppError('invalid-input', `The TensorFlow graph has no ${what}`);
  return value;
}
