import { AppError, asAppError } from '#base/errors.js';
import type { Size } from '#geometry/letterbox.js';
import type { Pose } from '#pose/pose.js';
import type { PipelinePlan } from './pipelines/plan.js';
import { startPoolWorker, type BatchOutcome, type PoolWorker } from './pool-worker.js';
import type { ProviderProblem } from './worker-protocol.js';

/** The part of a log that the pool writes to. */
interface PoolLog {
  readonly info: (fields: object, text: string) => void;
  readonly error: (fields: object, text: string) => void;
}

export interface PoolOptions {
  /** The built `libs/onnx/worker.js`. */
  readonly workerUrl: URL | string;
  /** Every session has its models open from the start; others are opened at first use. */
  readonly first: PipelinePlan;
  /** Execution providers to try, in order: `cuda`, `webgpu`, `cpu`. */
  readonly providers: readonly string[];
  /** Sessions, each in a thread of its own; 0: `cores` on CPU, two on a GPU. */
  readonly sessions: number;
  /** Processor cores of the machine. */
  readonly cores: number;
  readonly log: PoolLog;
  /** Every session opens at once instead of when there is work for it: for measurements. */
  readonly openAll?: boolean;
  /** A thread whose batch takes longer is replaced, milliseconds; default 60,000. */
  readonly hangMs?: number;
}

/** A frame to analyse; its pixels are read and stay the caller's. */
export interface PoolFrame {
  /** Raw RGB, widthPx × heightPx × 3 bytes of the analysis size. */
  readonly pixels: Uint8Array;
  readonly analysis: Size;
  /** The picture that the frame was letterboxed from. */
  readonly source: Size;
}

export interface BatchResult {
  /** One list of people per frame, source pixels, best first. */
  readonly people: readonly (readonly Pose[])[];
  /** Time of the whole batch in its thread, decoding included, milliseconds. */
  readonly inferenceMs: number;
  readonly provider: string;
}

/** Sessions that run side by side. */
export interface SessionPool {
  readonly provider: string;
  /** Providers that come before it in the order and do not run here, with what they would need. */
  readonly notUsed: readonly ProviderProblem[];
  /** Most sessions that run side by side. The first is open from the start, each other one when there is work for it. */
  readonly sessions: number;
  /** Open sessions that would start a batch at once. */
  readonly idle: () => number;
  /**
   * Analyses frames with one pipeline; waits while all sessions are busy. What a frame comes to does not depend on the others.
   * @throws AppError `invalid-input` for pixels of the wrong length, `cancelled` when the pool closes; and what tells of a pipeline
   * that cannot be used: `not-found` for a missing model, `unavailable` where no provider runs one or its outputs are not what they
   * must be, `internal` when it fails on these frames or they ended two threads in a row.
   */
  readonly estimate: (frames: readonly PoolFrame[], plan: PipelinePlan) => Promise<BatchResult>;
  /** Refuses what waits, finishes what runs. */
  readonly close: () => Promise<void>;
}

const HANG_MS = 60_000;
const GPU_SESSIONS = 2;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;

/** Opens the pool. @throws AppError `not-found` when a file of the first pipeline is missing, `unavailable` when no provider runs it. */
export async function openSessionPool(options: PoolOptions): Promise<SessionPool> {
  const pool = new Pool(options);
  const { provider, problems } = await pool.addWorker();
  const wanted = options.sessions > 0 ? options.sessions : provider === 'cpu' ? options.cores : GPU_SESSIONS;
  if (options.openAll === true) await Promise.all(Array.from({ length: wanted - 1 }, () => pool.addWorker()));
  else pool.mayOpen(wanted - 1);
  return {
    provider,
    notUsed: problems,
    sessions: wanted,
    idle: () => pool.idleCount(),
    estimate: (frames, plan) => pool.estimate(frames, plan),
    close: () => pool.close(),
  };
}

class Pool {
  private readonly options: PoolOptions;
  private readonly workers = new Set<PoolWorker>();
  /** Threads that hang; they count as dead, but the process may not exit while ONNX Runtime runs in one. */
  private readonly abandoned = new Set<PoolWorker>();
  private readonly idle: PoolWorker[] = [];
  private readonly waiting: { give: (worker: PoolWorker) => void; refuse: (problem: AppError) => void }[] = [];
  private nextJobId = 1;
  /** Sessions that are not open yet: an idle one costs 85 MB, so each waits for its first batch. */
  private unopened = 0;
  private failures = 0;
  private closed = false;
  private readonly restarts = new Set<NodeJS.Timeout>();
  private readonly starting = new Set<Promise<void>>();

  constructor(options: PoolOptions) {
    this.options = options;
  }

  idleCount(): number {
    return this.idle.length;
  }

  /** Lets `count` more sessions open when there is work for them. */
  mayOpen(count: number): void {
    this.unopened += count;
  }

  /** Starts one worker and resolves with what runs it. */
  async addWorker(): Promise<Pick<PoolWorker, 'provider' | 'problems'>> {
    const { workerUrl, first, providers, log, hangMs = HANG_MS } = this.options;
    const worker = await startPoolWorker({
      workerUrl,
      start: { first, providers },
      hangMs,
      onDeath: (problem) => {
        this.lose(worker, problem);
      },
    });
    const { provider, problems } = worker;
    log.info({ provider, notUsed: problems, model: first.pose.path }, 'inference session ready');
    this.workers.add(worker);
    if (this.closed) await worker.close();
    else this.release(worker);
    return { provider, problems };
  }

  async estimate(frames: readonly PoolFrame[], plan: PipelinePlan): Promise<BatchResult> {
    const bytes = checkedLength(frames);
    const about = frames.map(({ analysis, source }) => ({ analysis, source }));
    for (let attempt = 1; ; attempt++) {
      const worker = this.takeIdle() ?? (await this.nextFree());
      const buffer = worker.buffer(bytes);
      fill(buffer, frames);
      const outcome = await worker.run({ kind: 'run', jobId: this.nextJobId++, buffer, frames: about, plan });
      if (outcome.kind !== 'died') {
        this.release(worker);
        return resultOf(outcome);
      }
      if (attempt === 2 || this.closed)
        throw new AppError(this.closed ? 'cancelled' : 'internal', `Frames were not analysed: ${outcome.problem}`);
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const restart of this.restarts) clearTimeout(restart);
    for (const { refuse } of this.waiting.splice(0)) refuse(new AppError('cancelled', 'The session pool is closed'));
    await Promise.all(this.starting); // a thread that opens a model cannot be left behind either
    await Promise.all([...this.workers, ...this.abandoned].map((worker) => worker.close()));
  }

  private takeIdle(): PoolWorker | undefined {
    if (this.closed) throw new AppError('cancelled', 'The session pool is closed');
    return this.idle.pop();
  }

  private nextFree(): Promise<PoolWorker> {
    if (this.unopened > 0) {
      this.unopened--;
      this.start();
    }
    return new Promise((give, refuse) => {
      this.waiting.push({ give, refuse });
    });
  }

  private release(worker: PoolWorker): void {
    if (!this.workers.has(worker)) return;
    this.failures = 0;
    const next = this.waiting.shift();
    if (next === undefined) this.idle.push(worker);
    else next.give(worker);
  }

  private lose(worker: PoolWorker, problem: string): void {
    this.workers.delete(worker);
    this.abandoned.add(worker);
    void worker.close().then(() => this.abandoned.delete(worker));
    const at = this.idle.indexOf(worker);
    if (at >= 0) this.idle.splice(at, 1);
    if (this.closed) return;
    this.options.log.error({ problem }, 'inference session died; it is started again');
    this.replace();
  }

  /** Starts a new worker, with growing pauses while that fails. */
  private replace(): void {
    const pauseMs = this.failures === 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.failures);
    this.failures++;
    const restart = setTimeout(() => {
      this.restarts.delete(restart);
      this.start();
    }, pauseMs);
    this.restarts.add(restart);
  }

  private start(): void {
    const started = this.addWorker()
      .then(() => undefined)
      .catch((thrown: unknown) => {
        if (this.closed) return;
        this.options.log.error({ problem: asAppError(thrown).message }, 'inference session could not start');
        this.replace();
      })
      .finally(() => this.starting.delete(started));
    this.starting.add(started);
  }
}

function resultOf(outcome: Exclude<BatchOutcome, { kind: 'died' }>): BatchResult {
  if (outcome.kind === 'failed') throw new AppError(outcome.errorKind, outcome.problem);
  return { people: outcome.people, inferenceMs: outcome.inferenceMs, provider: outcome.provider };
}

/** Bytes of all frames together. */
function checkedLength(frames: readonly PoolFrame[]): number {
  let bytes = 0;
  for (const { pixels, analysis } of frames) {
    const length = analysis.widthPx * analysis.heightPx * 3;
    if (pixels.byteLength !== length)
      throw new AppError(
        'invalid-input',
        `A frame of ${analysis.widthPx} × ${analysis.heightPx} has ${pixels.byteLength} bytes, not ${length}`,
      );
    bytes += length;
  }
  return bytes;
}

/** The frames one after another. */
function fill(buffer: ArrayBuffer, frames: readonly PoolFrame[]): void {
  const all = new Uint8Array(buffer);
  let at = 0;
  for (const { pixels } of frames) {
    all.set(pixels, at);
    at += pixels.byteLength;
  }
}
