import { encodeOnnx, type OnnxModel, type OnnxNode } from '#onnx/convert/onnx-proto.js';
import type { OwnModel } from '#onnx/manifest.js';

const STRIDE_PX = 4;

/** What is said of `tinyHeatmapModel`, in the words of an own model. */
export const tinyHeatmapFacts: OwnModel = {
  id: 'tiny',
  title: 'Tiny heatmaps',
  task: 'person-pose',
  licence: 'Apache-2.0',
  obligations: null,
  origin: 'made by a test',
  input: {
    name: 'image',
    type: 'float32',
    layout: 'NCHW',
    colour: 'RGB',
    size: { kind: 'fixed', widthPx: 48, heightPx: 64 },
    batch: 'any',
    mean: [0, 0, 0],
    std: [255, 255, 255],
    pad: 0,
  },
  outputs: { heatmaps: 'maps' },
  decoder: 'heatmap',
  skeleton: 'coco17',
  bytes: null,
  sha256: null,
};

/** How a model differs from a good one. */
export interface TinyHeatmapOptions {
  readonly joints?: number;
  readonly batch?: number | string;
  readonly inputType?: 'float' | 'uint8';
  readonly widthPx?: number | string;
  /** Operator between the convolution and the output; `Sqrt` of its negative values gives NaN. */
  readonly last?: string;
}

/** The bytes of a top-down model for crops of 48 × 64 px that gives 17 heatmaps of 12 × 16 cells: their brightness, less one. */
export function tinyHeatmapModel(options: TinyHeatmapOptions = {}): Uint8Array {
  const { joints = 17, batch = 'n', inputType = 'float', widthPx = 48, last = 'Identity' } = options;
  const kernel = 3 * STRIDE_PX * STRIDE_PX;
  const cast: OnnxNode = { opType: 'Cast', inputs: ['image'], output: 'floats', attributes: { to: { int: 1 } } };
  const model: OnnxModel = {
    name: 'tiny',
    producer: 'posewatch tests',
    nodes: [
      cast,
      {
        opType: 'Conv',
        inputs: ['floats', 'w', 'b'],
        output: 'raw',
        attributes: { strides: [STRIDE_PX, STRIDE_PX], kernel_shape: [STRIDE_PX, STRIDE_PX] },
      },
      { opType: last, inputs: ['raw'], output: 'maps', attributes: {} },
    ],
    initializers: [
      {
        name: 'w',
        dims: [joints, 3, STRIDE_PX, STRIDE_PX],
        values: new Float32Array(joints * kernel).fill(0.5 / kernel),
      },
      { name: 'b', dims: [joints], values: new Float32Array(joints).fill(-1) },
    ],
    inputs: [{ name: 'image', type: inputType, dims: [batch, 3, 64, widthPx] }],
    outputs: [{ name: 'maps', type: 'float', dims: [batch, joints, 'rows', 'columns'] }],
  };
  return encodeOnnx(model);
}
