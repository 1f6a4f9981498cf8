import { AppError } from '#base/errors.js';
import type { PlannedModel } from './plan.js';

/** An output as it leaves the graph. */
export interface OutputTensor {
  readonly dims: readonly number[];
  readonly type: string;
  readonly data: unknown;
}

/** A float output: its dimensions and values. */
export interface FloatTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** The outputs of one run of a model, by the role that its decoder knows them by. */
export class Outputs {
  private readonly model: Pick<PlannedModel, 'id' | 'outputs'>;
  private readonly tensors: Readonly<Record<string, OutputTensor | undefined>>;

  constructor(
    model: Pick<PlannedModel, 'id' | 'outputs'>,
    tensors: Readonly<Record<string, OutputTensor | undefined>>,
  ) {
    this.model = model;
    this.tensors = tensors;
  }

  /** A float32 output of `rank` dimensions. @throws AppError `unavailable` that names what the model has instead. */
  floats(role: string, rank: number): FloatTensor {
    const name = this.model.outputs[role] ?? role;
    const tensor = this.tensors[name];
    if (tensor === undefined)
      throw this.problem(`has no output "${name}"; it has ${Object.keys(this.tensors).join(', ')}`);
    const { dims, data, type } = tensor;
    if (!(data instanceof Float32Array)) throw this.problem(`output "${name}" is ${type}, not float32`);
    if (dims.length !== rank)
      throw this.problem(`output "${name}" has dimensions ${dims.join(' × ')}; its decoder reads ${rank} of them`);
    return { dims, data };
  }

  /** An integer output as numbers; null where the model has none. */
  integers(role: string): number[] | null {
    const data = this.tensors[this.model.outputs[role] ?? role]?.data;
    if (data instanceof BigInt64Array || data instanceof Int32Array) return Array.from(data, Number);
    return null;
  }

  /** What is wrong with the model, as an error that puts its pipeline aside. */
  problem(text: string): AppError {
    return new AppError('unavailable', `Model "${this.model.id}" ${text}`);
  }

  /**
   * Looks at up to `SAMPLES` values of each float output. A network that goes wrong goes wrong everywhere, so some are enough.
   * @throws AppError `unavailable` for a value that is no number.
   */
  mustBeFinite(): void {
    for (const [name, tensor] of Object.entries(this.tensors)) {
      const data = tensor?.data;
      if (!(data instanceof Float32Array)) continue;
      const step = Math.max(1, Math.floor(data.length / SAMPLES));
      for (let at = 0; at < data.length; at += step)
        if (!Number.isFinite(data[at])) throw this.problem(`gives ${data[at]} in output "${name}"`);
    }
  }
}

const SAMPLES = 1024;
