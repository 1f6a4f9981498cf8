import os from 'node:os';
import { performance } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import { AppError, asAppError } from '#base/errors.js';
import { decodeFrame } from './decode-outputs.js';
import { openSession, type OpenSession } from './session.js';
import type { EndThread, RunBatch, WorkerMessage, WorkerStart } from './worker-protocol.js';

/**
 * One inference session in a thread of its own: batches of pixels in, people out. Started by `session-pool.ts`; decoding happens
 * here too, so that the megabytes of heat maps never leave the thread.
 */
const LOWER_PRIORITY = 5;

const port = parentPort;
if (port === null) throw new AppError('internal', 'worker.ts must be started as a worker thread');

function send(message: WorkerMessage): void {
  port?.postMessage(message);
}

/** On Linux this is about the calling thread: decoders, queues and the tracker go first on a machine with few cores. */
function yieldToOthers(): void {
  if (process.platform === 'linux') os.setPriority(0, LOWER_PRIORITY);
}

async function analyse(session: OpenSession, start: WorkerStart, batch: RunBatch): Promise<void> {
  const { jobId, analysis, sources } = batch;
  try {
    // eslint-disable-next-line no-restricted-syntax -- a duration that leaves the thread as a number, never a decision
    const startedMs = performance.now();
    const outputs = await session.run(new Uint8Array(batch.pixels), analysis, sources.length);
    const people = sources.map((source, index) =>
      decodeFrame(start.model.decoder, outputs, { index, analysis, source }),
    );
    // eslint-disable-next-line no-restricted-syntax -- as above
    send({ kind: 'done', jobId, people, inferenceMs: performance.now() - startedMs });
  } catch (thrown) {
    send({ kind: 'failed', jobId, problem: asAppError(thrown).message });
  }
}

const start = workerData as WorkerStart;
yieldToOthers();
const session = await openSession(start);
if ('run' in session) {
  let underWay = Promise.resolve();
  port.on('message', (message: RunBatch | EndThread) => {
    if (message.kind === 'run') underWay = analyse(session, start, message);
    else
      void underWay.then(() => {
        port.close();
      });
  });
  send({ kind: 'ready', provider: session.provider, problems: session.problems });
} else {
  send({ kind: 'unusable', problems: session });
}
