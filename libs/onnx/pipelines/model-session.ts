import { existsSync } from 'node:fs';
import { Tensor } from 'onnxruntime-node';
import { AppError } from '#base/errors.js';
import type { Size } from '#geometry/letterbox.js';
import { outputProblem } from '../dry-run-checks.js';
import { cropDims, cropLength } from '../sampler.js';
import { openGraph, type GraphSession, type Tensors } from '../session.js';
import { Outputs } from './outputs.js';
import type { PlannedModel } from './plan.js';

/** Large enough that every layer has work, small enough to cost little. */
const WARM_UP_SIDE_PX = 256;

/** A model that has run once, with a buffer for its input. Used by one thread, one run at a time. */
export class ModelSession {
  readonly model: PlannedModel;
  readonly graph: GraphSession;
  private buffer: Float32Array | Uint8Array = new Float32Array(0);

  private constructor(model: PlannedModel, graph: GraphSession) {
    this.model = model;
    this.graph = graph;
  }

  /**
   * @throws AppError `not-found` when its file is missing, `unavailable` when no provider runs it or its outputs are not what its
   * decoder reads.
   */
  static async open(model: PlannedModel, providers: readonly string[]): Promise<ModelSession> {
    if (!existsSync(model.path))
      throw new AppError('not-found', `${model.path} is missing. "posewatch models pull ${model.id}" installs it.`);
    const size = warmUpSize(model.input.size);
    const graph = await openGraph({
      graph: model.path,
      file: model.path,
      providers,
      warmUp: async (run) => {
        const values = newBuffer(model, cropLength(size));
        const tensors = await runGraph(model, run, { values, size, count: 1 });
        const problem = outputProblem(model, tensors, { pictures: 1, size });
        if (problem !== null) throw new AppError('unavailable', problem.problem);
      },
    });
    return new ModelSession(model, graph);
  }

  /** A buffer for `count` pictures of `size`; the one of the last call, where it is large enough. */
  inputBuffer(size: Size, count: number): Float32Array | Uint8Array {
    const length = cropLength(size) * count;
    if (this.buffer.length < length) this.buffer = newBuffer(this.model, length);
    return this.buffer;
  }

  /** Runs over `count` pictures of `size` that lie one after another from the start of `values`. */
  async run(values: Float32Array | Uint8Array, size: Size, count: number): Promise<Outputs> {
    const outputs = new Outputs(this.model, await runGraph(this.model, this.graph.run, { values, size, count }));
    outputs.mustBeFinite();
    return outputs;
  }
}

interface Stack {
  readonly values: Float32Array | Uint8Array;
  readonly size: Size;
  readonly count: number;
}

function runGraph({ input }: PlannedModel, run: GraphSession['run'], stack: Stack): Promise<Tensors> {
  const { size, count, values } = stack;
  const pictures = values.subarray(0, cropLength(size) * count);
  return run({ [input.name]: new Tensor(input.type, pictures, cropDims(input.layout, size, count)) });
}

function newBuffer({ input }: PlannedModel, length: number): Float32Array | Uint8Array {
  return input.type === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
}

function warmUpSize(size: PlannedModel['input']['size']): Size {
  if (size.kind === 'fixed') return size;
  const side = Math.ceil(WARM_UP_SIDE_PX / size.stridePx) * size.stridePx;
  return { widthPx: side, heightPx: side };
}
