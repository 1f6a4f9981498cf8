import type { Size } from '#geometry/letterbox.js';
import type { Pose } from '#pose/pose.js';
import type { ModelEntry } from './manifest.js';

/** What a worker thread is started with. */
export interface WorkerStart {
  readonly modelPath: string;
  readonly model: Pick<ModelEntry, 'decoder' | 'input'>;
  /** Execution providers to try, in order. */
  readonly providers: readonly string[];
}

/** pool → worker: analyse `sources.length` frames of one size. `pixels` holds them one after another, raw RGB, and is given away. */
export interface RunBatch {
  readonly kind: 'run';
  readonly jobId: number;
  readonly pixels: ArrayBuffer;
  readonly analysis: Size;
  /** Size of the picture that each frame was letterboxed from. */
  readonly sources: readonly Size[];
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

/** worker → pool. `ready` or `unusable` comes first and once. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly provider: string; readonly problems: readonly ProviderProblem[] }
  | { readonly kind: 'unusable'; readonly problems: readonly ProviderProblem[] }
  | {
      readonly kind: 'done';
      readonly jobId: number;
      /** One list of people per frame, source pixels. */
      readonly people: readonly (readonly Pose[])[];
      readonly inferenceMs: number;
    }
  | { readonly kind: 'failed'; readonly jobId: number; readonly problem: string };
