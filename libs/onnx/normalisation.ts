import type { OnnxNode, OnnxTensor } from './convert/onnx-proto.js';
import type { ModelEntry } from './manifest.js';

/** The last steps of every graph that makes a model's input out of pictures: colour order, normalisation, type and layout. */
export type PictureTarget = Pick<ModelEntry['input'], 'type' | 'layout' | 'colour' | 'mean' | 'std' | 'pad'>;

const UINT8 = { int: 2 };

/** Normalisation and colour order as one pointwise convolution of [1, 3, H, W]. */
export function normalisingNode(input: string, output: string): OnnxNode {
  return { opType: 'Conv', inputs: [input, 'weight', 'bias'], output, attributes: { kernel_shape: [1, 1] } };
}

/**
 * Its constants. `mean` and `std` are in the order of `colour`; a byte model normalises inside, so it gets 0..255.
 * @param lessenedBy what was taken off every pixel before, 0..255.
 */
export function normalisingConstants({ type, colour, mean, std }: PictureTarget, lessenedBy: number): OnnxTensor[] {
  const weight = new Float32Array(9);
  const bias = new Float32Array(3);
  for (let channel = 0; channel < 3; channel++) {
    const from = colour === 'RGB' ? channel : 2 - channel;
    const scale = type === 'uint8' ? 1 : 1 / std[channel];
    weight[3 * channel + from] = scale;
    bias[channel] = (lessenedBy - (type === 'uint8' ? 0 : mean[channel])) * scale;
  }
  return [
    { name: 'weight', dims: [3, 3, 1, 1], values: weight },
    { name: 'bias', dims: [3], values: bias },
  ];
}

/** The normalised pictures with their axes in the order `perm`, in the model's type. */
export function outputNodes(
  { type }: PictureTarget,
  input: string,
  to: { perm: number[]; output: string },
): OnnxNode[] {
  const ordered = type === 'uint8' ? 'ordered' : to.output;
  const turn: OnnxNode = { opType: 'Transpose', inputs: [input], output: ordered, attributes: { perm: to.perm } };
  if (type !== 'uint8') return [turn];
  return [
    turn,
    { opType: 'Round', inputs: [ordered], output: 'whole', attributes: {} },
    { opType: 'Cast', inputs: ['whole'], output: to.output, attributes: { to: UINT8 } },
  ];
}
