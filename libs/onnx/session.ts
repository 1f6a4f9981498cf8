import { env, InferenceSession, Tensor } from 'onnxruntime-node';
import { AppError, asAppError } from '#base/errors.js';
import type { Size } from '#geometry/letterbox.js';
import type { HeadTensors } from './decode-outputs.js';
import type { ModelEntry } from './manifest.js';
import type { ProviderProblem, WorkerStart } from './worker-protocol.js';

/** Large enough that every layer has work, small enough to cost little. */
const WARM_UP_SIDE_PX = 256;

/** A session that has run once on its provider. */
export interface OpenSession {
  readonly provider: string;
  readonly problems: readonly ProviderProblem[];
  /** Blocks the event loop of this thread while it runs. `pixels`: `count` frames of `size`, raw RGB. */
  readonly run: (pixels: Uint8Array, size: Size, count: number) => Promise<HeadTensors>;
}

/**
 * Opens a model on the first provider that really runs it. Each is tried alone: a list such as ['cuda', 'cpu'] throws instead of
 * falling back (onnxruntime-node 1.30).
 * @returns the problems alone where no provider runs it.
 */
export async function openSession(start: WorkerStart): Promise<OpenSession | readonly ProviderProblem[]> {
  env.logLevel = 'fatal'; // a provider that is not there is an expected outcome, and is reported below
  const problems: ProviderProblem[] = [];
  for (const provider of start.providers) {
    try {
      const session = await openOn(provider, start);
      return { provider, problems, run: session };
    } catch (thrown) {
      problems.push({ provider, problem: firstLine(asAppError(thrown).message) });
    }
  }
  return problems;
}

async function openOn(provider: string, { modelPath, model }: WorkerStart): Promise<OpenSession['run']> {
  const session = await InferenceSession.create(modelPath, {
    executionProviders: [provider],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    enableMemPattern: false, // it keeps memory per input size: 40 MB a session less at 384 × 512, and not slower
    logSeverityLevel: 4,
  });
  const run = async (pixels: Uint8Array, size: Size, count: number): Promise<HeadTensors> => {
    const image = new Tensor('uint8', pixels, [count, size.heightPx, size.widthPx, 3]);
    const outputs = await session.run({ [model.input.name]: image });
    return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, floats(name, tensor)]));
  };
  const size = warmUpSize(model.input.size);
  await run(new Uint8Array(size.widthPx * size.heightPx * 3), size, 1);
  return run;
}

function warmUpSize(size: ModelEntry['input']['size']): Size {
  if (size.kind === 'fixed') return size;
  const side = Math.ceil(WARM_UP_SIDE_PX / size.stridePx) * size.stridePx;
  return { widthPx: side, heightPx: side };
}

function floats(name: string, tensor: Tensor): { dims: readonly number[]; data: Float32Array } {
  if (!(tensor.data instanceof Float32Array))
    throw new AppError('internal', `Output "${name}" is ${tensor.type}, not float32`);
  return { dims: tensor.dims, data: tensor.data };
}

function firstLine(text: string): string {
  return text.split('\n')[0].slice(0, 300);
}
