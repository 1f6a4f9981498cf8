import { Worker } from 'node:worker_threads';
import { AppError } from '#base/errors.js';
import type { DryRunProblem } from './dry-run-checks.js';
import type { ModelFacts } from './fact-problems.js';

/** What the thread is started with. */
export interface DryRunStart {
  readonly modelFile: string;
  readonly facts: ModelFacts;
  readonly providers: readonly string[];
}

/** What came out of it, for one picture. */
export interface DryRunResult {
  /** Execution provider that ran it. */
  readonly provider: string;
  readonly widthPx: number;
  readonly heightPx: number;
  /** Best of three runs on one thread, milliseconds. */
  readonly inferenceMs: number;
  /** How much the process grew while the model was open: bytes, rough. */
  readonly memoryBytes: number;
}

/** The one message of the thread. */
export type DryRunAnswer =
  ({ readonly kind: 'usable' } & DryRunResult) | ({ readonly kind: 'unusable' } & DryRunProblem);

export interface DryRunOptions {
  readonly modelFile: string;
  /** What is said of the model. */
  readonly facts: ModelFacts;
  /** The built `libs/onnx/dry-run-worker.js`. */
  readonly workerUrl: URL | string;
  /** Execution providers to try, in order. */
  readonly providers: readonly string[];
  /** Longest wait, milliseconds; default 120,000. */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 120_000;

/**
 * Opens a model in a thread of its own and runs it over a drawn picture: whether its inputs and outputs are there, of the types and
 * shapes that its decoder reads, for one picture and for two where it says so, and whether all values are numbers.
 * @throws AppError `invalid-input` with `details.reason` (a `DryRunReason`), `timeout`; a thread that hangs is left alone, because
 * ending it aborts the process while ONNX Runtime runs (onnxruntime-node 1.30).
 */
export async function dryRun(options: DryRunOptions): Promise<DryRunResult> {
  const answer = await answerOf(options);
  if (answer.kind === 'unusable')
    throw new AppError('invalid-input', `The model does not work: ${answer.problem}`, {
      details: { reason: answer.reason },
    });
  const { provider, widthPx, heightPx, inferenceMs, memoryBytes } = answer;
  return { provider, widthPx, heightPx, inferenceMs, memoryBytes };
}

function answerOf({ modelFile, facts, workerUrl, providers, timeoutMs = TIMEOUT_MS }: DryRunOptions) {
  const start: DryRunStart = { modelFile, facts, providers };
  const worker = new Worker(workerUrl, { workerData: start });
  return new Promise<DryRunAnswer>((resolve, reject) => {
    let answer: DryRunAnswer | null = null;
    const timer = setTimeout(() => {
      worker.unref();
      reject(
        new AppError('timeout', `The model did not answer within ${timeoutMs} ms`, { details: { reason: 'timeout' } }),
      );
    }, timeoutMs);
    worker.once('message', (message: DryRunAnswer) => {
      answer = message;
    });
    worker.once('error', (problem) => {
      reject(
        new AppError('internal', `The thread that tried the model failed: ${problem.message}`, { cause: problem }),
      );
    });
    worker.once('exit', (code) => {
      clearTimeout(timer);
      if (answer === null) reject(new AppError('internal', `The thread that tried the model ended with code ${code}`));
      else resolve(answer);
    });
  });
}
