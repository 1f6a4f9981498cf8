import os from 'node:os';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { AppError, asAppError } from '#base/errors.js';
import { pipelineOf } from './pipelines/open-pipeline.js';
import { SessionShelf } from './pipelines/session-shelf.js';
import type { StageFrame } from './pipelines/stage-frame.js';
import type { BatchFrame, EndThread, Failure, RunBatch, WorkerMessage, WorkerStart } from './worker-protocol.js';

/**
 * Inference sessions in a thread of their own: batches of pixels in, people out. Started by `session-pool.ts`; a pipeline runs here
 * from its first stage to its last, so that crops and heat maps never leave the thread.
 */
const LOWER_PRIORITY = 5;

const port = parentPort;
if (port === null) throw new AppError('internal', 'worker.ts must be started as a worker thread');

function send(message: WorkerMessage, given: ArrayBuffer[] = []): void {
  port?.postMessage(message, given);
}

/** On Linux this is about the calling thread: decoders, queues and the tracker go first on a machine with few cores. */
function yieldToOthers(): void {
  if (process.platform === 'linux') os.setPriority(0, LOWER_PRIORITY);
}

function failure(thrown: unknown): Failure {
  const { kind, message } = asAppError(thrown);
  return { errorKind: kind, problem: message };
}

const start = workerData as WorkerStart;
const shelf = new SessionShelf(start.providers);

/** The frames of a batch, each over its part of the buffer. */
function framesOf(buffer: ArrayBuffer, frames: readonly BatchFrame[]): StageFrame[] {
  let at = 0;
  return frames.map(({ analysis, source }) => {
    const length = analysis.widthPx * analysis.heightPx * 3;
    const pixels = new Uint8Array(buffer, at, length);
    at += length;
    return { pixels, analysis, source };
  });
}

async function analyse(batch: RunBatch): Promise<void> {
  const { jobId, buffer } = batch;
  try {
    const pipeline = pipelineOf(batch.plan, shelf);
    const { provider } = (await pipeline.open()).graph;
    // eslint-disable-next-line no-restricted-syntax -- a duration that leaves the thread as a number, never a decision
    const startedMs = performance.now();
    const people = await pipeline.estimate(framesOf(buffer, batch.frames));
    // eslint-disable-next-line no-restricted-syntax -- as above
    const inferenceMs = performance.now() - startedMs;
    send({ kind: 'done', jobId, people, provider, inferenceMs, buffer }, [buffer]);
  } catch (thrown) {
    send({ kind: 'failed', jobId, buffer, ...failure(thrown) }, [buffer]);
  }
}

yieldToOthers();
try {
  const { provider, problems } = (await pipelineOf(start.first, shelf).open()).graph;
  let underWay = Promise.resolve();
  port.on('message', (message: RunBatch | EndThread) => {
    if (message.kind === 'run') underWay = analyse(message);
    else
      void underWay.then(() => {
        port.close();
      });
  });
  send({ kind: 'ready', provider, problems });
} catch (thrown) {
  send({ kind: 'unusable', ...failure(thrown) });
}
