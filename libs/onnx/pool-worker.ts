import { Worker } from 'node:worker_threads';
import { AppError } from '#base/errors.js';
import type { EndThread, ProviderProblem, RunBatch, WorkerMessage, WorkerStart } from './worker-protocol.js';

/** What a batch comes to. `died`: the thread ended before it answered. */
export type BatchOutcome =
  Extract<WorkerMessage, { kind: 'done' | 'failed' }> | { readonly kind: 'died'; readonly problem: string };

export interface PoolWorkerOptions {
  readonly workerUrl: URL | string;
  readonly start: WorkerStart;
  /** A thread whose batch takes longer counts as dead, milliseconds. */
  readonly hangMs: number;
  /** Called once when a thread that was ready has died or hangs, unless `close` ended it. */
  readonly onDeath: (problem: string) => void;
}

/** @throws AppError as the first pipeline does when it is opened; `unavailable` when the thread ends before it is ready. */
export async function startPoolWorker(options: PoolWorkerOptions): Promise<PoolWorker> {
  const worker = new Worker(options.workerUrl, { workerData: options.start });
  const started = new PoolWorker(worker, options);
  await started.whenReady;
  return started;
}

/**
 * One worker thread; it runs one batch at a time. It is never terminated from outside, because that aborts the whole process
 * while ONNX Runtime runs in it (onnxruntime-node 1.30): it is asked to end, and one that hangs is left alone until it answers.
 */
export class PoolWorker {
  /** Resolves with its provider when it can take a batch. */
  readonly whenReady: Promise<void>;
  /** Execution provider that runs, and those that do not; empty until ready. */
  provider = '';
  problems: readonly ProviderProblem[] = [];
  private readonly worker: Worker;
  private readonly options: PoolWorkerOptions;
  private readonly whenEnded: Promise<void>;
  /** Carried frames before and is free to carry some again. */
  private spare = new ArrayBuffer(0);
  private settle: ((outcome: BatchOutcome) => void) | null = null;
  private state: 'starting' | 'ready' | 'ending' | 'dead' = 'starting';
  private problem = 'the thread ended';

  constructor(worker: Worker, options: PoolWorkerOptions) {
    this.worker = worker;
    this.options = options;
    worker.on('error', (thrown) => {
      this.problem = thrown.message;
    });
    this.whenEnded = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.ended(code);
        resolve();
      });
    });
    this.whenReady = new Promise((resolve, reject) => {
      worker.once('exit', () => {
        reject(new AppError('unavailable', `The inference thread could not start: ${this.problem}`));
      });
      worker.on('message', (message: WorkerMessage) => {
        if (message.kind === 'unusable') reject(new AppError(message.errorKind, message.problem));
        else if (message.kind !== 'ready') {
          this.spare = message.buffer;
          this.answer(message);
        } else {
          this.state = 'ready';
          this.provider = message.provider;
          this.problems = message.problems;
          resolve();
        }
      });
    });
  }

  /** A buffer of at least `bytes` for the next batch: the one that came back with the last, where it is large enough. */
  buffer(bytes: number): ArrayBuffer {
    return this.spare.byteLength >= bytes ? this.spare : new ArrayBuffer(bytes);
  }

  /** Gives `batch.buffer` away until the batch is done. */
  run(batch: RunBatch): Promise<BatchOutcome> {
    if (this.state !== 'ready') return Promise.resolve({ kind: 'died', problem: this.problem });
    return new Promise((resolve) => {
      const hang = setTimeout(() => {
        this.giveUp(`a batch took longer than ${this.options.hangMs} ms`);
      }, this.options.hangMs);
      this.settle = (outcome) => {
        clearTimeout(hang);
        resolve(outcome);
      };
      this.worker.postMessage(batch, [batch.buffer]);
    });
  }

  /** Resolves when the thread has finished its batch and ended. */
  async close(): Promise<void> {
    this.askToEnd();
    await this.whenEnded;
  }

  private askToEnd(): void {
    if (this.state === 'dead') return;
    this.state = 'ending';
    const end: EndThread = { kind: 'end' };
    this.worker.postMessage(end);
  }

  /** Treats the thread as dead although it still runs; it ends by itself if its batch ever does. */
  private giveUp(problem: string): void {
    this.problem = problem;
    this.worker.unref();
    this.askToEnd();
    this.answer({ kind: 'died', problem });
    this.options.onDeath(problem);
  }

  private ended(exitCode: number): void {
    const wasReady = this.state === 'ready';
    this.state = 'dead';
    this.problem += ` (exit code ${exitCode})`;
    this.answer({ kind: 'died', problem: this.problem });
    if (wasReady) this.options.onDeath(this.problem);
  }

  private answer(outcome: BatchOutcome): void {
    const settle = this.settle;
    this.settle = null;
    settle?.(outcome);
  }
}
