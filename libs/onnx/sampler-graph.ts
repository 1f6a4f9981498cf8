import { encodeOnnx, type OnnxNode, type OnnxTensor, type OnnxValue } from './convert/onnx-proto.js';
import { normalisingConstants, normalisingNode, outputNodes, type PictureTarget } from './normalisation.js';

/**
 * The graph that cuts crops out of a picture for a model: turned, scaled (bilinear), in the model's layout, colour order and
 * normalisation, all crops of a picture at once. Where a crop reaches beyond the picture it holds the model's pad value.
 * The picture is not repeated for each crop: the sampling grids of all crops lie one below another as one tall grid.
 * GridSample reads the four pixels around a point however far the next point is, so a picture that is to be shown much smaller is made
 * smaller first, each of its new pixels a weighted mean of all that it covers.
 * Source of the operators: ONNX operator set 20, Resize (with `antialias`: a triangle as wide as two new pixels), AffineGrid and
 * GridSample (pixels are squares: `align_corners` 0).
 */

/** Inputs and the output of the graph. */
export const samplerNames = {
  /** uint8 [1, H, W, 3], RGB. */
  image: 'image',
  /** int64 [4]: 1, 3, and the height and width that crops are read from: H, W, or fewer. */
  reduced: 'reduced',
  /** float [N, 2, 3]: crop coordinates → picture coordinates, both −1..1 from edge to edge. */
  theta: 'theta',
  /** int64 [4]: N, 3, h, w. */
  size: 'size',
  /** int64 [4]: 1, N·h, w, 2. */
  gridShape: 'grid-shape',
  /** int64 [4]: 3, N, h, w. */
  planesShape: 'planes-shape',
  /** [N, 3, h, w] or [N, h, w, 3] of the model's type. */
  crops: 'crops',
} as const;

const OPERATOR_SET = 20;
const FLOAT = { int: 1 };

/** The bytes of the graph. Pure: the same target gives the same bytes. */
export function samplerGraph(target: PictureTarget): Uint8Array {
  const { image, reduced, theta, size, gridShape, planesShape, crops } = samplerNames;
  const cropDims = target.layout === 'NCHW' ? ['n', 3, 'h', 'w'] : ['n', 'h', 'w', 3];
  const inputs: OnnxValue[] = [
    { name: image, type: 'uint8', dims: [1, 'height', 'width', 3] },
    { name: theta, type: 'float', dims: ['n', 2, 3] },
    ...[reduced, size, gridShape, planesShape].map((name): OnnxValue => ({ name, type: 'int64', dims: [4] })),
  ];
  const outputs: OnnxValue[] = [{ name: crops, type: target.type === 'uint8' ? 'uint8' : 'float', dims: cropDims }];
  const nodes = operators(target);
  const pad: OnnxTensor = { name: 'pad', dims: [1], values: Float32Array.of(target.pad) };
  return encodeOnnx({
    name: 'sampler',
    producer: 'posewatch',
    operatorSet: OPERATOR_SET,
    nodes,
    initializers: [pad, ...normalisingConstants(target, target.pad)],
    inputs,
    outputs,
  });
}

function operators(target: PictureTarget): OnnxNode[] {
  const { image, reduced, theta, size, gridShape, planesShape, crops } = samplerNames;
  const flat = { align_corners: { int: 0 } };
  return [
    { opType: 'Transpose', inputs: [image], output: 'byte-planes', attributes: { perm: [0, 3, 1, 2] } },
    { opType: 'Cast', inputs: ['byte-planes'], output: 'planes', attributes: { to: FLOAT } },
    // Zero is what the sampler reads beside the picture, so the pad value becomes zero here and comes back with the bias below.
    { opType: 'Sub', inputs: ['planes', 'pad'], output: 'shifted', attributes: {} },
    {
      opType: 'Resize',
      inputs: ['shifted', '', '', reduced],
      output: 'source',
      attributes: { mode: 'linear', antialias: { int: 1 } },
    },
    { opType: 'AffineGrid', inputs: [theta, size], output: 'grids', attributes: flat },
    { opType: 'Reshape', inputs: ['grids', gridShape], output: 'grid', attributes: {} },
    {
      opType: 'GridSample',
      inputs: ['source', 'grid'],
      output: 'sampled',
      attributes: { mode: 'linear', padding_mode: 'zeros', ...flat },
    },
    normalisingNode('sampled', 'normal'),
    { opType: 'Reshape', inputs: ['normal', planesShape], output: 'stack', attributes: {} },
    ...outputNodes(target, 'stack', { perm: target.layout === 'NCHW' ? [1, 0, 2, 3] : [1, 2, 3, 0], output: crops }),
  ];
}
