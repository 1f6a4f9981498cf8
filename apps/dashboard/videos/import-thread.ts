import { Worker } from 'node:worker_threads';
import { AppError, errorCode, type ErrorKind } from '#base/errors.js';
import type { ImportFormat } from '#evaluation/imports/imported-sequence.js';
import type { Size } from '#geometry/letterbox.js';
import type { ImportOutcome } from '#storage/imports.js';

/** What the thread is started with. */
export interface ImportStart {
  readonly databaseUrl: string;
  /** Where the file lies. */
  readonly file: string;
  readonly name: string;
  readonly format: ImportFormat | null;
  readonly fps: number | null;
  readonly size: Size | null;
  readonly startedAtMs: number;
  readonly nowMs: number;
  readonly link: boolean | null;
}

/** What became of the file. */
export interface ImportResult extends Pick<ImportOutcome, 'isKnown' | 'linking' | 'leftOut'> {
  readonly id: string;
  readonly tracks: number;
  readonly poses: number;
}

/** Messages of the thread. */
export type ImportMessage =
  | { readonly kind: 'progress'; readonly done: number; readonly total: number }
  | { readonly kind: 'done'; readonly result: ImportResult }
  | {
      readonly kind: 'failed';
      readonly problem: {
        readonly kind: ErrorKind;
        readonly message: string;
        readonly details: Record<string, unknown>;
      };
    };

export interface ImportThreadOptions {
  readonly worker: URL;
  /** Largest file, which says how much memory the thread may take. */
  readonly maxBytes: number;
  /** Ends the thread; nothing is stored then. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** Text, its parsed JSON and the sequence together take about so many times the file. */
const HEAP_PER_BYTE = 12;
const LEAST_HEAP_MB = 512;
const MB = 1024 * 1024;

/**
 * Imports a file in a thread of its own: reading it blocks its thread for seconds, and a file too large for the memory ends only that.
 * @throws AppError as `readImport` and `importTracks`; `cancelled` when aborted.
 */
export async function importInThread(start: ImportStart, options: ImportThreadOptions): Promise<ImportResult> {
  const { worker: url, maxBytes, signal, onProgress } = options;
  const maxOldGenerationSizeMb = LEAST_HEAP_MB + Math.ceil((HEAP_PER_BYTE * maxBytes) / MB);
  const worker = new Worker(url, { workerData: start, resourceLimits: { maxOldGenerationSizeMb } });
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      worker.on('message', (message: ImportMessage) => {
        if (message.kind === 'progress') onProgress(message.done, message.total);
        else if (message.kind === 'done') resolve(message.result);
        else reject(new AppError(message.problem.kind, message.problem.message, { details: message.problem.details }));
      });
      worker.once('error', (problem) => {
        reject(threadProblem(problem, start.name));
      });
      worker.once('exit', () => {
        reject(new AppError('cancelled', `The import of ${start.name} was stopped; nothing of it is stored.`));
      });
      if (signal.aborted) stop();
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function threadProblem(problem: unknown, name: string): AppError {
  if (errorCode(problem) !== 'ERR_WORKER_OUT_OF_MEMORY')
    return new AppError('internal', `The import of ${name} failed.`, { cause: problem });
  return new AppError('invalid-input', `${name} takes more memory than there is for an import. Split the file.`);
}
