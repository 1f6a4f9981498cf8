import type { OnnxNode, OnnxTensor } from './onnx-proto.js';
import type { TfNode, TfTensor } from './tfjs-graph.js';

/** What an operator needs of the graph around it, and where it puts what it becomes. */
export interface Emitter {
  /** The ONNX name of a TensorFlow node's value; the nodes before it are written first. */
  readonly value: (tfName: string) => string;
  readonly node: (tfName: string) => TfNode;
  /** A constant input. @throws AppError `invalid-input` where it is not constant. */
  readonly constant: (tfName: string) => TfTensor;
  readonly add: (node: OnnxNode) => string;
  readonly addTensor: (tensor: OnnxTensor) => string;
}
