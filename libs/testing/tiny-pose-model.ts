import { writeFileSync } from 'node:fs';
import { encodeOnnx, type OnnxNode, type OnnxTensor } from '#onnx/convert/onnx-proto.js';
import type { PipelinePlan, PlannedModel } from '#onnx/pipelines/plan.js';

const CELL_PX = 4;

/** Box that the tiny model gives every person, in pixels of the analysis picture. */
export const TINY_BOX_PX = { widthPx: 24, heightPx: 40 };

/** What can be wrong with a model: an output that holds no numbers, too few joints, an operator that no provider knows. */
export type TinyFault = 'not-finite' | 'few-joints' | 'unknown-operator';

/**
 * Writes an ONNX pose model with the inputs and outputs of `movenet-multipose` that finds white 4 × 4 px cells on black: each is a
 * person of `TINY_BOX_PX` around the cell, with all joints in its middle and a score near 1. For tests that need a real session and no
 * downloaded weights.
 */
export function writeTinyPoseModel(file: string, fault: TinyFault | null = null): void {
  const heads = soundHeads.map((head) => faulty(head, fault));
  const cast = { to: { int: 1 } };
  const nodes: OnnxNode[] = [
    { opType: 'Transpose', inputs: ['image'], output: 'nchw', attributes: { perm: [0, 3, 1, 2] } },
    { opType: fault === 'unknown-operator' ? 'Conjure' : 'Cast', inputs: ['nchw'], output: 'floats', attributes: cast },
    ...heads.map(({ name, logit }) => convolution(logit ? `${name}/logit` : name)),
    ...heads.filter(({ logit }) => logit).map(({ name }) => sigmoid(name)),
  ];
  const outputs = heads.map(({ name, channels }) => ({
    name,
    type: 'float' as const,
    dims: ['n', channels, 'rows', 'columns'],
  }));
  const inputs = [{ name: 'image', type: 'uint8' as const, dims: ['n', 'height', 'width', 3] }];
  const initializers = heads.flatMap(weights);
  writeFileSync(file, encodeOnnx({ name: 'tiny', producer: 'posewatch tests', nodes, initializers, inputs, outputs }));
}

interface Head {
  readonly name: string;
  readonly channels: number;
  /** Follows the brightness of the cell, through a sigmoid; otherwise it is the constant `bias`. */
  readonly logit: boolean;
  readonly bias: (channel: number) => number;
}

const soundHeads: readonly Head[] = [
  { name: 'centre', channels: 1, logit: true, bias: () => -10 },
  { name: 'heatmaps', channels: 17, logit: true, bias: () => -10 },
  { name: 'regression', channels: 34, logit: false, bias: () => 0 },
  { name: 'offsets', channels: 34, logit: false, bias: () => 0.5 },
  {
    name: 'boxSize',
    channels: 2,
    logit: false,
    bias: (channel) => (channel === 0 ? TINY_BOX_PX.heightPx : TINY_BOX_PX.widthPx) / CELL_PX,
  },
  { name: 'boxOffset', channels: 2, logit: false, bias: () => 0.5 },
];

function faulty(head: Head, fault: TinyFault | null): Head {
  if (fault === 'not-finite' && head.name === 'boxSize') return { ...head, bias: () => Number.NaN };
  if (fault === 'few-joints' && head.name === 'heatmaps') return { ...head, channels: 16 };
  return head;
}

/** A white cell gives a logit of +10, a black one −10. */
function weights({ name, channels, logit, bias }: Head): OnnxTensor[] {
  const bytes = 3 * CELL_PX * CELL_PX;
  const output = logit ? `${name}/logit` : name;
  const values = new Float32Array(channels * bytes).fill(logit ? 20 / (bytes * 255) : 0);
  return [
    { name: `${output}/w`, dims: [channels, 3, CELL_PX, CELL_PX], values },
    { name: `${output}/b`, dims: [channels], values: Float32Array.from({ length: channels }, (_, at) => bias(at)) },
  ];
}

function convolution(output: string): OnnxNode {
  const attributes = { strides: [CELL_PX, CELL_PX], kernel_shape: [CELL_PX, CELL_PX], auto_pad: 'VALID' };
  return { opType: 'Conv', inputs: ['floats', `${output}/w`, `${output}/b`], output, attributes };
}

function sigmoid(output: string): OnnxNode {
  return { opType: 'Sigmoid', inputs: [`${output}/logit`], output, attributes: {} };
}

/** The pipeline of a tiny model alone. */
export function tinyPlan(file: string): PipelinePlan {
  const pose: PlannedModel = {
    id: 'tiny',
    path: file,
    version: '1',
    input: {
      name: 'image',
      type: 'uint8',
      layout: 'NHWC',
      colour: 'RGB',
      size: { kind: 'any', stridePx: 32 },
      batch: 'any',
      mean: [0, 0, 0],
      std: [1, 1, 1],
      pad: 0,
    },
    outputs: {},
    decoder: 'movenet-heads',
    skeleton: 'coco17',
  };
  return { kind: 'one-stage', key: file, pose, maxAreaPx: 4096 * 4096 };
}

/** Black pixels (raw RGB) with a white cell at each [column, row]. */
export function picture(
  size: { readonly widthPx: number; readonly heightPx: number },
  cells: readonly (readonly [number, number])[],
): Buffer {
  const pixels = Buffer.alloc(size.widthPx * size.heightPx * 3);
  for (const [column, row] of cells)
    for (let y = 0; y < CELL_PX; y++) {
      const at = ((row * CELL_PX + y) * size.widthPx + column * CELL_PX) * 3;
      pixels.fill(255, at, at + CELL_PX * 3);
    }
  return pixels;
}
