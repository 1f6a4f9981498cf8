import { AppError } from '#base/errors.js';
import type { Emitter } from './emitter.js';
import type { OnnxAttribute, OnnxTensor } from './onnx-proto.js';
import {
  flagAttribute,
  numbersAttribute,
  textAttribute,
  textsAttribute,
  type TfNode,
  type TfTensor,
} from './tfjs-graph.js';

/** One TensorFlow operator (NHWC) written as ONNX nodes (NCHW); the result is the name of the value. */
type Operator = (node: TfNode, emitter: Emitter) => string;

function refuse(node: TfNode, why: string): never {
  throw new AppError('invalid-input', `${node.op} (${node.name}) cannot be converted: ${why}`);
}

/** HWIO → OIHW. */
export function convolutionWeights(weights: TfTensor): { dims: readonly number[]; values: Float32Array } {
  const [height, width, inputs, outputs] = weights.shape;
  const values = new Float32Array(weights.values.length);
  for (let at = 0; at < values.length; at++) {
    const o = at % outputs;
    const i = Math.floor(at / outputs) % inputs;
    const cell = Math.floor(at / (outputs * inputs));
    values[(o * inputs + i) * height * width + cell] = weights.values[at];
  }
  return { dims: [outputs, inputs, height, width], values };
}

/** Depthwise HWCM → (C·M)1HW: output channel c·M + m reads input channel c alone. */
export function depthwiseWeights(weights: TfTensor): { dims: readonly number[]; values: Float32Array } {
  const [height, width, channels, multiplier] = weights.shape;
  const merged: TfTensor = { shape: [height, width, 1, channels * multiplier], values: weights.values };
  return convolutionWeights(merged);
}

function strides(node: TfNode): readonly number[] {
  if ((textAttribute(node, 'data_format') ?? 'NHWC') !== 'NHWC') refuse(node, 'data format is not NHWC');
  if (numbersAttribute(node, 'dilations').some((dilation) => dilation !== 1)) refuse(node, 'it is dilated');
  return numbersAttribute(node, 'strides').slice(1, 3);
}

function autoPad(node: TfNode): string {
  const padding = textAttribute(node, 'padding');
  if (padding === 'SAME') return 'SAME_UPPER';
  if (padding === 'VALID') return 'VALID';
  return refuse(node, `padding is ${String(padding)}`);
}

/** The convolution with its fused bias and activation. TensorFlow names the node after the last of them. */
function convolution(depthwise: boolean): Operator {
  return (node, emitter) => {
    const [input, weightsName, biasName] = node.inputs;
    const source = emitter.constant(weightsName);
    const weights = depthwise ? depthwiseWeights(source) : convolutionWeights(source);
    const inputs = [emitter.value(input), emitter.addTensor({ name: weightsName, ...weights })];
    const fused = textsAttribute(node, 'fused_ops');
    if (fused.length > 0) {
      if (fused[0] !== 'BiasAdd') refuse(node, `fused with ${fused.join(', ')}`);
      const bias = emitter.constant(biasName);
      inputs.push(emitter.addTensor({ name: biasName, dims: bias.shape, values: bias.values }));
    }
    const attributes: Record<string, OnnxAttribute> = {
      auto_pad: autoPad(node),
      strides: strides(node),
      kernel_shape: weights.dims.slice(2),
      group: { int: depthwise ? source.shape[2] : 1 },
    };
    const activation = fused.at(1);
    const output = activation === undefined ? node.name : `${node.name}/linear`;
    const linear = emitter.add({ opType: 'Conv', inputs, output, attributes });
    return activation === undefined ? linear : activate(node, activation, { linear, emitter });
  };
}

function activate(node: TfNode, activation: string, at: { linear: string; emitter: Emitter }): string {
  const { linear, emitter } = at;
  if (activation === 'Relu')
    return emitter.add({ opType: 'Relu', inputs: [linear], output: node.name, attributes: {} });
  if (activation !== 'Relu6') refuse(node, `fused with ${activation}`);
  const low = emitter.addTensor(scalar('relu6/low', 0));
  const high = emitter.addTensor(scalar('relu6/high', 6));
  return emitter.add({ opType: 'Clip', inputs: [linear, low, high], output: node.name, attributes: {} });
}

function scalar(name: string, value: number): OnnxTensor {
  return { name, dims: [], values: Float32Array.of(value) };
}

/** Element by element, of two values or of a value and a constant. */
function elementwise(opType: string): Operator {
  return (node, emitter) => {
    const inputs = node.inputs.map((name) =>
      emitter.node(name).op === 'Const'
        ? emitter.addTensor(broadcast(node, name, emitter.constant(name)))
        : emitter.value(name),
    );
    return emitter.add({ opType, inputs, output: node.name, attributes: {} });
  };
}

/** A constant that is one number, or one per channel ([1, 1, 1, C] → [1, C, 1, 1]). */
function broadcast(node: TfNode, name: string, { shape, values }: TfTensor): OnnxTensor {
  if (values.length === 1) return { name, dims: [], values };
  if (shape.length === 4 && shape[3] === values.length) return { name, dims: [1, values.length, 1, 1], values };
  return refuse(node, `constant ${name} has shape [${shape.join(', ')}]`);
}

/** Scaling by a whole factor: TensorFlow writes the new size as Shape → StridedSlice [1, 3) → Mul by a constant. */
const resizeBilinear: Operator = (node, emitter) => {
  if (!flagAttribute(node, 'half_pixel_centers') || flagAttribute(node, 'align_corners'))
    refuse(node, 'only half-pixel centres are supported');
  const [input, sizeName] = node.inputs;
  const size = emitter.node(sizeName);
  const slice = size.op === 'Mul' ? emitter.node(size.inputs[0]) : size;
  const shape = slice.op === 'StridedSlice' ? emitter.node(slice.inputs[0]) : slice;
  if (shape.op !== 'Shape' || shape.inputs[0] !== input) refuse(node, 'its size is not a multiple of its input');
  const factors = emitter.constant(size.inputs[1]).values;
  const scales = emitter.addTensor({
    name: `${node.name}/scales`,
    dims: [4],
    values: Float32Array.of(1, 1, factors[0], factors[1]),
  });
  return emitter.add({
    opType: 'Resize',
    inputs: [emitter.value(input), '', scales],
    output: node.name,
    attributes: { mode: 'linear', coordinate_transformation_mode: 'half_pixel' },
  });
};

const FLOAT = 1;

const unary =
  (opType: string, attributes: Readonly<Record<string, OnnxAttribute>>): Operator =>
  (node, emitter) =>
    emitter.add({ opType, inputs: [emitter.value(node.inputs[0])], output: node.name, attributes });

/** Every TensorFlow operator that can be converted. */
export const operators: Readonly<Partial<Record<string, Operator>>> = {
  _FusedConv2D: convolution(false),
  Conv2D: convolution(false),
  FusedDepthwiseConv2dNative: convolution(true),
  DepthwiseConv2dNative: convolution(true),
  AddV2: elementwise('Add'),
  Sub: elementwise('Sub'),
  Mul: elementwise('Mul'),
  ResizeBilinear: resizeBilinear,
  Sigmoid: unary('Sigmoid', {}),
  Cast: unary('Cast', { to: { int: FLOAT } }),
};
