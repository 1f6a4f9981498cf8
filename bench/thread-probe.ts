/**
 * A thread of the session pool with a probe in it: the real `libs/onnx/worker.ts`, in which every call of `session.run` is counted and
 * timed and, when asked, kept. The bare limit is then those very calls made again, with the same sessions and values and nothing
 * between them, whatever pipeline the pool runs. The pool takes this file as its `workerUrl`.
 */
import { performance } from 'node:perf_hooks';
import { BroadcastChannel, parentPort } from 'node:worker_threads';
import { InferenceSession, Tensor, type OnnxValue } from 'onnxruntime-node';
import { systemClock } from '#base/clock.js';
import { AllocationMeter } from './allocation-meter.js';
import { PROBE_CHANNEL, type ProbeAnswer, type ProbeRequest, type ThreadCounts } from './probe-protocol.js';

/** What a session is called with: feeds, and tensors for its outputs where the caller has some. */
type Given = [feeds: InferenceSession.FeedsType, outputs?: InferenceSession.FetchesType];
type Call = () => Promise<unknown>;

/** Kept calls of each batch. */
let kept: Call[][] = [];
let isRecording = false;
let counts = { batches: 0, runs: 0, runMs: 0 };
let busySince = performance.eventLoopUtilization();
/** How long the thread had waited for work when the first and the last batch came in. */
let idleMsAt = { first: 0, last: 0 };
const meter = new AllocationMeter();

/** The session, with its runs counted, timed and kept. */
function probed(session: InferenceSession): InferenceSession {
  const run = async (...[feeds, outputs]: Given): Promise<InferenceSession.ReturnType> =>
    outputs === undefined ? original(feeds) : original(feeds, outputs);
  const original = session.run.bind(session);
  const timed = async (...given: Given): Promise<InferenceSession.ReturnType> => {
    if (isRecording) keep(run, given);
    const startMs = systemClock.monotonicMs();
    try {
      return await run(...given);
    } finally {
      counts.runMs += systemClock.monotonicMs() - startMs;
      counts.runs++;
    }
  };
  return Object.assign(session, { run: timed });
}

/** The values are copied: the pool's buffers come and go. */
function keep(run: (...given: Given) => Promise<unknown>, [feeds, outputs]: Given): void {
  const copy = Object.fromEntries(Object.entries(feeds).map(([name, value]) => [name, copied(value)]));
  kept.at(-1)?.push(() => run(copy, outputs));
}

function copied(value: OnnxValue): OnnxValue {
  if (!(value instanceof Tensor)) return value;
  if (value.data instanceof Uint8Array) return new Tensor('uint8', value.data.slice(), value.dims);
  if (value.data instanceof Float32Array) return new Tensor('float32', value.data.slice(), value.dims);
  return value;
}

/** Makes the kept calls again, batch after batch, for so long. */
async function replay(seconds: number): Promise<{ batches: number; seconds: number }> {
  const startMs = systemClock.monotonicMs();
  let done = 0;
  while (kept.length > 0 && systemClock.monotonicMs() - startMs < seconds * 1000) {
    for (const call of kept[done % kept.length]) await call();
    done++;
  }
  return { batches: done, seconds: (systemClock.monotonicMs() - startMs) / 1000 };
}

function read(): ThreadCounts {
  const busyMs = performance.eventLoopUtilization(busySince).active;
  const idleMs = idleMsAt.last - idleMsAt.first;
  return { ...counts, busyMs, idleMs, heapBytes: meter.read() };
}

function mark(): void {
  isRecording = false;
  counts = { batches: 0, runs: 0, runMs: 0 };
  busySince = performance.eventLoopUtilization();
  meter.start();
}

async function answer(request: ProbeRequest): Promise<ProbeAnswer> {
  const { kind, requestId } = request;
  if (kind === 'record') [isRecording, kept] = [true, []];
  if (kind === 'mark') mark();
  return {
    ...{ kind: 'answer', requestId },
    counts: kind === 'read' ? read() : null,
    replayed: kind === 'replay' ? await replay(request.seconds) : null,
  };
}

const channel = new BroadcastChannel(PROBE_CHANNEL);
channel.onmessage = (event): void => {
  const { data } = event as { readonly data: ProbeRequest | ProbeAnswer };
  if (data.kind === 'answer') return;
  void answer(data).then((reply) => {
    channel.postMessage(reply);
  });
};
channel.unref();
const create = InferenceSession.create.bind(InferenceSession);
const createProbed = async (...given: Parameters<typeof create>): Promise<InferenceSession> =>
  probed(await create(...given));
Object.assign(InferenceSession, { create: createProbed });
await import('#onnx/worker.js');
/** A thread that cannot be used listens to nothing, so that it ends; it must stay so. */
if (parentPort !== null && parentPort.listenerCount('message') > 0)
  parentPort.on('message', ({ kind }: { readonly kind: string }) => {
    if (kind !== 'run') return;
    const last = performance.eventLoopUtilization().idle;
    idleMsAt = { first: counts.batches === 0 ? last : idleMsAt.first, last };
    counts.batches++;
    if (isRecording) kept.push([]);
  });
