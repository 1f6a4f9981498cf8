import { encodeOnnx, type OnnxValue } from './convert/onnx-proto.js';
import { normalisingConstants, normalisingNode, outputNodes, type PictureTarget } from './normalisation.js';

/**
 * The graph that puts a whole frame into a model's input: scaled, in the middle, the model's pad value around it. What `sampler-graph.ts`
 * does for crops that may be turned, without a grid to read from; the pixels are the same to a hundredth of a step of brightness.
 * A frame that is to be shown much smaller is made smaller by area, one that is shown a little smaller bilinearly, as detectors are
 * trained: one of the two scalings does nothing.
 * Source of the operators: ONNX operator set 20, Resize (pixels are squares: half-pixel centres; `antialias`: a triangle as wide as two
 * new pixels) and Pad.
 */

/** Inputs and the output of the graph. */
export const frameNames = {
  /** uint8 [1, H, W, 3], RGB. */
  image: 'image',
  /** int64 [4]: 1, 3, and the height and width that the frame is made smaller to by area: H, W, or those of `inner`. */
  reduced: 'reduced',
  /** int64 [4]: 1, 3, and the height and width at which the frame is shown. */
  inner: 'inner',
  /** int64 [8]: 0, 0, rows above, columns to the left, 0, 0, rows below, columns to the right. */
  margins: 'margins',
  /** [1, 3, h, w] or [1, h, w, 3] of the model's type. */
  frame: 'frame',
} as const;

const OPERATOR_SET = 20;
const FLOAT = { int: 1 };

/** The bytes of the graph. Pure: the same target gives the same bytes. */
export function frameGraph(target: PictureTarget): Uint8Array {
  const { image, reduced, inner, margins, frame } = frameNames;
  const isPlanar = target.layout === 'NCHW';
  const sizes: OnnxValue[] = [reduced, inner].map((name) => ({ name, type: 'int64', dims: [4] }));
  return encodeOnnx({
    name: 'frame',
    producer: 'posewatch',
    operatorSet: OPERATOR_SET,
    nodes: [
      { opType: 'Transpose', inputs: [image], output: 'byte-planes', attributes: { perm: [0, 3, 1, 2] } },
      { opType: 'Cast', inputs: ['byte-planes'], output: 'planes', attributes: { to: FLOAT } },
      {
        opType: 'Resize',
        inputs: ['planes', '', '', reduced],
        output: 'source',
        attributes: { mode: 'linear', antialias: { int: 1 } },
      },
      { opType: 'Resize', inputs: ['source', '', '', inner], output: 'shown', attributes: { mode: 'linear' } },
      { opType: 'Pad', inputs: ['shown', margins, 'pad'], output: 'placed', attributes: { mode: 'constant' } },
      normalisingNode('placed', 'normal'),
      ...outputNodes(target, 'normal', { perm: isPlanar ? [0, 1, 2, 3] : [0, 2, 3, 1], output: frame }),
    ],
    initializers: [{ name: 'pad', dims: [], values: Float32Array.of(target.pad) }, ...normalisingConstants(target, 0)],
    inputs: [
      { name: image, type: 'uint8', dims: [1, 'height', 'width', 3] },
      ...sizes,
      { name: margins, type: 'int64', dims: [8] },
    ],
    outputs: [
      {
        name: frame,
        type: target.type === 'uint8' ? 'uint8' : 'float',
        dims: isPlanar ? [1, 3, 'h', 'w'] : [1, 'h', 'w', 3],
      },
    ],
  });
}
