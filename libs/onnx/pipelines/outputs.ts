import { AppError } from '#base/errors.js';
import type { PlannedModel } from './plan.js';

/** A float output: its dimensions and values. */
export interface FloatTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** Outputs as they leave a graph, by name. */
type RawOutputs = Readonly<Record<string, { readonly dims: readonly number[]; readonly data: unknown }>>;

/** Values of each output that are looked at. */
const SAMPLES = 1024;

/** The outputs of one run of a model, by the role that its decoder knows them by (`decoder-needs.ts`). */
export class Outputs {
  private readonly model: Pick<PlannedModel, 'id' | 'outputs'>;
  private readonly tensors: RawOutputs;

  constructor(model: Pick<PlannedModel, 'id' | 'outputs'>, tensors: RawOutputs) {
    this.model = model;
    this.tensors = tensors;
  }

  /** A float32 output. @throws AppError `unavailable` where the model has none of that role. */
  floats(role: string): FloatTensor {
    const tensor = this.tensor(role);
    if (!(tensor?.data instanceof Float32Array)) throw this.problem(`has no float32 output for "${role}"`);
    return { dims: tensor.dims, data: tensor.data };
  }

  /** An integer output as numbers; null where the model has none. */
  integers(role: string): number[] | null {
    const data = this.tensor(role)?.data;
    return data instanceof BigInt64Array || data instanceof Int32Array ? Array.from(data, Number) : null;
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
    for (const [name, { data }] of Object.entries(this.tensors)) {
      if (!(data instanceof Float32Array)) continue;
      const step = Math.max(1, Math.floor(data.length / SAMPLES));
      for (let at = 0; at < data.length; at += step)
        if (!Number.isFinite(data[at])) throw this.problem(`gives ${data[at]} in output "${name}"`);
    }
  }

  private tensor(role: string): RawOutputs[string] | undefined {
    const { outputs } = this.model;
    const name = Object.hasOwn(outputs, role) ? outputs[role] : role;
    return Object.hasOwn(this.tensors, name) ? this.tensors[name] : undefined;
  }
}
