import type { ErrorKind } from '#base/errors.js';
import type { Size } from '#geometry/letterbox.js';
import type { Pose } from '#pose/pose.js';
import type { PipelinePlan } from './pipelines/plan.js';

/** What a worker thread is started with. */
export interface WorkerStart {
  /** Opened before the thread is ready. */
  readonly first: PipelinePlan;
  /** Execution providers to try, in order. */
  readonly providers: readonly string[];
}

/** A frame of a batch, without its pixels. */
export interface BatchFrame {
  readonly analysis: Size;
  /** Size of the picture that the frame was letterboxed from. */
  readonly source: Size;
}

/** pool → worker: analyse frames. `buffer` holds them one after another from its start, raw RGB; it comes back with the answer. */
export interface RunBatch {
  readonly kind: 'run';
  readonly jobId: number;
  readonly buffer: ArrayBuffer;
  readonly frames: readonly BatchFrame[];
  readonly plan: PipelinePlan;
}

/** pool → worker: end after the batch under way. A thread is never ended from outside: that aborts the process while ONNX Runtime runs. */
export interface EndThread {
  readonly kind: 'end';
}

/** A provider that was tried and does not run here. */
export interface ProviderProblem {
  readonly provider: string;
  readonly problem: string;
}

/** Why something did not work, as it crosses the border of a thread. */
export interface Failure {
  readonly errorKind: ErrorKind;
  readonly problem: string;
}

/** worker → pool. `ready` or `unusable` comes first and once. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly provider: string; readonly problems: readonly ProviderProblem[] }
  | ({ readonly kind: 'unusable' } & Failure)
  | {
      readonly kind: 'done';
      readonly jobId: number;
      /** One list of people per frame, source pixels. */
      readonly people: readonly (readonly Pose[])[];
      readonly provider: string;
      readonly inferenceMs: number;
      readonly buffer: ArrayBuffer;
    }
  | ({ readonly kind: 'failed'; readonly jobId: number; readonly buffer: ArrayBuffer } & Failure);
