import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AppError } from '#base/errors.js';
import type { DryRunProblem } from './dry-run-checks.js';
import type { ModelFacts } from './fact-problems.js';

/** What the process is told. */
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

/** Its one answer. */
export type DryRunAnswer =
  ({ readonly kind: 'usable' } & DryRunResult) | ({ readonly kind: 'unusable' } & DryRunProblem);

export interface DryRunOptions {
  readonly modelFile: string;
  /** What is said of the model. */
  readonly facts: ModelFacts;
  /** The built `libs/onnx/dry-run-worker.js`. */
  readonly workerUrl: URL;
  /** Execution providers to try, in order. */
  readonly providers: readonly string[];
  /** Longest wait, milliseconds; default 120,000. */
  readonly timeoutMs?: number;
  /** Most memory of the process for data, bytes, where the system keeps such a limit; default 4 GiB. */
  readonly maxMemoryBytes?: number;
  /** Ends the process when aborted. */
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 120_000;
const MAX_MEMORY_BYTES = 4 * 1024 ** 3;

/**
 * Sets limits and becomes the program that follows: kilobytes of data (`-v` would count what a GPU's driver only reserves), then seconds
 * of processor time, so that an endless model ends even where nobody is left to end it.
 */
const LIMITED = 'ulimit -d "$1" 2>/dev/null || true; ulimit -t "$2" 2>/dev/null || true; shift 2; exec "$@"';

/** Of what the process says before it dies. */
const KEPT_WORDS = 2000;

/**
 * Opens a model in a process of its own and runs it over a drawn picture: whether its inputs and outputs are there, of the types and
 * shapes that its decoder reads, for one picture and for two where it says so, and whether all values are numbers. A file that brings
 * the process down, never ends or takes all memory harms nobody else.
 * @throws AppError `invalid-input` with `details.reason` (a `DryRunReason`), `timeout`, `cancelled`.
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

async function answerOf({ modelFile, facts, providers, signal, ...limits }: DryRunOptions): Promise<DryRunAnswer> {
  const { timeoutMs = TIMEOUT_MS } = limits;
  const child = start(limits);
  const ended = endOf(child);
  const stops: AppError[] = [];
  const stop = (reason: AppError): void => {
    stops.push(reason);
    child.kill('SIGKILL');
  };
  const timer = setTimeout(() => {
    stop(
      new AppError('timeout', `The model did not answer within ${timeoutMs} ms`, { details: { reason: 'timeout' } }),
    );
  }, timeoutMs);
  const abort = (): void => {
    stop(new AppError('cancelled', 'The trial of the model was stopped'));
  };
  signal?.addEventListener('abort', abort);
  if (signal?.aborted === true) abort();
  const order: DryRunStart = { modelFile, facts, providers };
  child.send(order, () => undefined); // a process that is gone by now is told of by its end
  try {
    const answer = await ended;
    if (stops.length > 0) throw stops[0];
    return answer;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

function start({
  workerUrl,
  timeoutMs = TIMEOUT_MS,
  maxMemoryBytes = MAX_MEMORY_BYTES,
}: Pick<DryRunOptions, 'workerUrl' | 'timeoutMs' | 'maxMemoryBytes'>): ChildProcess {
  const kilobytes = String(Math.ceil(maxMemoryBytes / 1024));
  const seconds = String(1 + Math.ceil((2 * timeoutMs) / 1000));
  const program = [process.execPath, fileURLToPath(workerUrl)];
  return spawn('/bin/sh', ['-c', LIMITED, 'sh', kilobytes, seconds, ...program], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}

/** Resolves when the process has ended, with what it answered. */
function endOf(child: ChildProcess): Promise<DryRunAnswer> {
  let answer: DryRunAnswer | null = null;
  let words = '';
  child.once('message', (message) => {
    answer = message as DryRunAnswer;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-KEPT_WORDS);
  });
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new AppError('internal', `No process could be started to try the model: ${cause.message}`, { cause }));
    });
    child.once('close', (code, killedBy) => {
      const how = killedBy ?? `code ${String(code)}`;
      const said = words.split('\n').find((line) => /^\w*Error\b|^terminate called|^FATAL/.test(line));
      const problem = `the process that tried it ended with ${how}${said === undefined ? '' : `: ${said.slice(0, 300)}`}`;
      resolve(answer ?? { kind: 'unusable', reason: 'crash', problem });
    });
  });
}
