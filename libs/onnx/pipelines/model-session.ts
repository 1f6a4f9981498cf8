import { existsSync } from 'node:fs';
import { Tensor } from 'onnxruntime-node';
import { AppError } from '#base/errors.js';
import type { Size } from '#geometry/letterbox.js';
import { cropDims, cropLength } from '../sampler.js';
import { openGraph, type GraphSession } from '../session.js';
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
   * @param check reads the outputs of a run over a black picture of `size`, and throws where they are not what the decoder needs.
   * @throws AppError `not-found` when its file is missing, `unavailable` when no provider runs it.
   */
  static async open(
    model: PlannedModel,
    providers: readonly string[],
    check: (outputs: Outputs, size: Size) => void,
  ): Promise<ModelSession> {
    if (!existsSync(model.path))
      throw new AppError('not-found', `${model.path} is missing. "posewatch models pull ${model.id}" installs it.`);
    const size = warmUpSize(model.input.size);
    const graph = await openGraph({
      graph: model.path,
      file: model.path,
      providers,
      warmUp: async (run) => {
        const values = newBuffer(model, cropLength(size));
        check(await runModel(model, run, { values, size, count: 1 }), size);
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
  run(values: Float32Array | Uint8Array, size: Size, count: number): Promise<Outputs> {
    return runModel(this.model, this.graph.run, { values, size, count });
  }
}

interface Stack {
  readonly values: Float32Array | Uint8Array;
  readonly size: Size;
  readonly count: number;
}

async function runModel(model: PlannedModel, run: GraphSession['run'], stack: Stack): Promise<Outputs> {
  const { name, type, layout } = model.input;
  const { size, count, values } = stack;
  const pictures = values.subarray(0, cropLength(size) * count);
  const tensors = await run({ [name]: new Tensor(type, pictures, cropDims(layout, size, count)) });
  const outputs = new Outputs(model, tensors);
  outputs.mustBeFinite();
  return outputs;
}

function newBuffer({ input }: PlannedModel, length: number): Float32Array | Uint8Array {
  return input.type === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
}

function warmUpSize(size: PlannedModel['input']['size']): Size {
  if (size.kind === 'fixed') return size;
  const side = Math.ceil(WARM_UP_SIDE_PX / size.stridePx) * size.stridePx;
  return { widthPx: side, heightPx: side };
}
