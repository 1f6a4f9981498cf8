import type { Clock } from '#base/clock.js';
import { AppError, asAppError } from '#base/errors.js';
import type { Size } from '#geometry/letterbox.js';
import type { PipelinePlan } from '#onnx/pipelines/plan.js';
import type { SessionPool } from '#onnx/session-pool.js';
import type { Pose } from '#pose/pose.js';
import { chooseBatch, type WaitingFrame } from './batch-choice.js';

/** One frame to analyse. */
export interface FrameToAnalyse {
  readonly cameraId: string;
  readonly pixels: Uint8Array;
  readonly analysis: Size;
  readonly source: Size;
  readonly plan: PipelinePlan;
  /** Wall clock after which it is not worth a session any more; null for never. */
  readonly expiresAtMs: number | null;
}

/** What became of a frame; `expired` when its time ran out before a session was free. */
export type FrameResult =
  | {
      readonly kind: 'analysed';
      readonly poses: readonly Pose[];
      readonly provider: string;
      /** Time of the batch it was in. */
      readonly inferenceMs: number;
    }
  | { readonly kind: 'expired' };

/** The part of the session pool that is used here. */
export interface Estimator {
  readonly sessions: number;
  readonly estimate: SessionPool['estimate'];
}

interface Waiting extends WaitingFrame, FrameToAnalyse {
  readonly resolve: (result: FrameResult) => void;
  readonly reject: (problem: AppError) => void;
}

/**
 * Latency first, throughput when it is needed: a frame goes out alone while a session is free; while all are busy, frames of all cameras
 * gather, and the next free session takes a batch of them (see `chooseBatch`).
 */
export class Batcher {
  private readonly estimator: Estimator;
  private readonly maxBatch: number;
  private readonly clock: Clock;
  private readonly lastTurn = new Map<string, number>();
  /** Plans by identity: whoever hands in frames keeps one object for one plan. */
  private readonly planNumbers = new WeakMap<PipelinePlan, number>();
  private nextPlanNumber = 0;
  private waiting: Waiting[] = [];
  private arrivals = 0;
  private turns = 0;
  private running = 0;

  constructor(estimator: Estimator, options: { readonly maxBatch: number; readonly clock: Clock }) {
    this.estimator = estimator;
    this.maxBatch = options.maxBatch;
    this.clock = options.clock;
  }

  /** @throws AppError as the session pool does, for this frame alone. */
  analyse(frame: FrameToAnalyse): Promise<FrameResult> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ ...frame, batchGroup: this.groupOf(frame), arrival: this.arrivals++, resolve, reject });
      this.pump();
    });
  }

  /** A one-stage model takes frames of one size at once; the others cut crops of one size out of frames of any. */
  private groupOf({ plan, analysis }: FrameToAnalyse): string {
    let number = this.planNumbers.get(plan);
    if (number === undefined) {
      number = this.nextPlanNumber++;
      this.planNumbers.set(plan, number);
    }
    return plan.kind === 'one-stage' ? `${number} ${analysis.widthPx}x${analysis.heightPx}` : String(number);
  }

  private pump(): void {
    this.dropExpired();
    while (this.running < this.estimator.sessions) {
      const limits = { maxBatch: this.maxBatch, freeSessions: this.estimator.sessions - this.running };
      const batch = chooseBatch(this.waiting, this.lastTurn, limits);
      if (batch.length === 0) return;
      const chosen = new Set(batch);
      this.waiting = this.waiting.filter((frame) => !chosen.has(frame));
      this.noteTurn(batch);
      this.running++;
      void this.run(batch).finally(() => {
        this.running--;
        this.pump();
      });
    }
  }

  private dropExpired(): void {
    const nowMs = this.clock.nowMs();
    const isExpired = ({ expiresAtMs }: Waiting): boolean => expiresAtMs !== null && expiresAtMs < nowMs;
    const expired = this.waiting.filter(isExpired);
    if (expired.length === 0) return;
    this.waiting = this.waiting.filter((frame) => !isExpired(frame));
    for (const { resolve } of expired) resolve({ kind: 'expired' });
  }

  /** Remembers the turn; once nothing waits, turns that were long ago are forgotten, so that gone cameras leave no trace. */
  private noteTurn(batch: readonly Waiting[]): void {
    this.turns++;
    if (this.waiting.length === 0 && this.lastTurn.size > 1024) this.lastTurn.clear();
    for (const { cameraId } of batch) this.lastTurn.set(cameraId, this.turns);
  }

  private async run(batch: readonly Waiting[]): Promise<void> {
    try {
      const { people, provider, inferenceMs } = await this.estimator.estimate(batch, batch[0].plan);
      for (const [index, frame] of batch.entries())
        frame.resolve({ kind: 'analysed', poses: people[index], provider, inferenceMs });
    } catch (thrown) {
      const problem = asAppError(thrown);
      if (batch.length === 1 || isAboutAll(problem)) for (const { reject } of batch) reject(problem);
      // One bad frame must not take the others with it.
      else for (const frame of batch) await this.run([frame]);
    }
  }
}

/** Whether every frame of the batch would fail alike: the pool closes, or the pipeline cannot be used. */
function isAboutAll({ kind }: AppError): boolean {
  return kind === 'cancelled' || kind === 'unavailable' || kind === 'not-found';
}
