/**
 * Work that is delivered at least once, on BullMQ. A message has an id; while a message of that id waits or runs, a second one
 * is ignored. A finished message leaves no trace, so that the same id can be sent again.
 *
 * A handler that throws an error of a kind worth trying again (`errorPolicy`: `unavailable`, `timeout`) is called again, with growing
 * pauses, for as long as it takes. What fails otherwise, or never matched the schema, is kept in a bounded list and counted.
 */
import { Queue, Worker, type Job } from 'bullmq';
import type { z } from 'zod';
import { asAppError, errorPolicy } from '#base/errors.js';
import type { Logger } from '#observability/logger.js';
import { errorNotice } from './error-notice.js';
import { keepBad, badCount } from './bad-messages.js';
import { closeRedis, openRedis, type Redis } from './redis.js';

const MAX_PAUSE_MS = 1000;
const FULL_CHECK_EVERY = 64;
const FULL_PAUSE_MS = 200;
const KEPT_EVENTS = 100;
/** Deliveries of one job, over all restarts, before BullMQ gives it up: it never should. */
const DELIVERIES = 1_000_000;

/** Jobs of a queue by state. `failed` counts messages given up since Redis was set up. */
export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}

/** The sending end of a queue. */
export interface Sender<T> {
  /** Resolves once the message is stored; waits while Redis is away or the queue is full. */
  readonly send: (id: string, message: T) => Promise<void>;
  readonly counts: () => Promise<QueueCounts>;
  readonly close: () => Promise<void>;
}

/** The receiving end of a queue; it runs from the moment it is opened. */
export interface Receiver {
  /** Takes no further messages; resolves when those under way are handled. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  /** As `pause`, for good. A message that is only waiting to be tried again goes back to the queue. */
  readonly close: () => Promise<void>;
}

/** Where a sender sends. `bound`: messages waiting above which `send` waits; checked every 64 messages. */
export interface SenderOptions {
  readonly redisUrl: string;
  readonly queue: string;
  readonly log: Logger;
  readonly bound?: number;
}

/** What a receiver does. `exclusive`: at most one message of the queue is handled at a time, over all processes. */
export interface ReceiverOptions<T> {
  readonly redisUrl: string;
  readonly queue: string;
  readonly schema: z.ZodType<T>;
  readonly concurrency: number;
  readonly exclusive: boolean;
  readonly handle: (message: T) => Promise<void>;
  readonly log: Logger;
  /** How long a message of a process that died stays with it, milliseconds; default 15,000, or 5,000 when exclusive. */
  readonly lockMs?: number;
}

function openQueue(redis: Redis, name: string): Queue<unknown> {
  return new Queue<unknown>(name, { connection: redis, streams: { events: { maxLen: KEPT_EVENTS } } });
}

/** Opens the sending end of `queue` on its own connection. */
export function openSender<T>(options: SenderOptions): Sender<T> {
  const { bound = 20_000, log } = options;
  const redis = openRedis(options.redisUrl, log);
  const queue = openQueue(redis, options.queue);
  queue.on('error', errorNotice(log, `queue ${options.queue}`));
  let sent = 0;
  let gate = Promise.resolve();
  let closing = false;
  const waitForRoom = async (): Promise<void> => {
    while (!closing && (await queue.getWaitingCount()) > bound) await pause(FULL_PAUSE_MS);
  };
  return {
    send: async (id, message) => {
      // One gate for all, so that messages sent without waiting keep their order.
      if (sent++ % FULL_CHECK_EVERY === 0) gate = gate.then(waitForRoom);
      await gate;
      await queue.add(options.queue, message, {
        jobId: id,
        attempts: DELIVERIES,
        removeOnComplete: true,
        removeOnFail: true,
      });
    },
    counts: async () => {
      const counts = await queue.getJobCounts('waiting', 'active', 'delayed');
      return {
        waiting: counts.waiting,
        active: counts.active,
        delayed: counts.delayed,
        failed: await badCount(redis, options.queue),
      };
    },
    close: async () => {
      closing = true;
      await queue.close();
      await closeRedis(redis);
    },
  };
}

/** Opens the receiving end of `queue` on its own connections. */
export function openReceiver<T>(options: ReceiverOptions<T>): Receiver {
  const redis = openRedis(options.redisUrl, options.log);
  const queue = openQueue(redis, options.queue);
  const ending = new AbortController();
  const notice = errorNotice(options.log, `queue ${options.queue}`);
  const lockDuration = options.lockMs ?? (options.exclusive ? 5000 : 15_000);
  const worker = new Worker<unknown>(
    options.queue,
    (job) => deliver(job, { ...options, redis, ending: ending.signal }),
    {
      connection: redis,
      autorun: false,
      concurrency: options.concurrency,
      lockDuration,
      stalledInterval: Math.min(5000, lockDuration / 2),
      maxStalledCount: DELIVERIES,
      drainDelay: 1,
      runRetryDelay: 200,
    },
  );
  queue.on('error', notice);
  worker.on('error', notice);
  const start = async (): Promise<void> => {
    // Part of what the queue is, so it is written again each time Redis comes (it may have come back empty).
    if (options.exclusive) await queue.setGlobalConcurrency(1);
    if (!worker.isRunning() && !ending.signal.aborted) await worker.run();
  };
  if (options.exclusive) redis.on('ready', () => void queue.setGlobalConcurrency(1).catch(notice));
  void start().catch(notice);
  return {
    pause: () => worker.pause(),
    resume: () => worker.resume(),
    close: async () => {
      ending.abort();
      // Nothing can be handed back to a Redis that is away; its locks run out by themselves.
      await worker.close(redis.status !== 'ready');
      await queue.close();
      await closeRedis(redis);
    },
  };
}

interface Delivery<T> extends ReceiverOptions<T> {
  readonly redis: Redis;
  readonly ending: AbortSignal;
}

async function deliver<T>(job: Job<unknown>, to: Delivery<T>): Promise<void> {
  const parsed = to.schema.safeParse(job.data);
  if (!parsed.success) {
    await giveUp(job, to, parsed.error.message);
    return;
  }
  for (let attempt = 1; ; attempt++) {
    try {
      await to.handle(parsed.data);
      return;
    } catch (thrown) {
      const problem = asAppError(thrown);
      if (!errorPolicy[problem.kind].retry) {
        await giveUp(job, to, `${problem.kind}: ${problem.message}`);
        return;
      }
      // Thrown to BullMQ, the message goes back to the queue for another process.
      if (to.ending.aborted) throw problem;
      if (attempt % 20 === 1)
        to.log.warn({ queue: to.queue, id: job.id, attempt, problem: problem.message }, 'message waits');
      await pause(Math.min(MAX_PAUSE_MS, 50 * 2 ** Math.min(attempt, 10)), to.ending);
    }
  }
}

async function giveUp<T>(job: Job<unknown>, to: Delivery<T>, problem: string): Promise<void> {
  await keepBad(to.redis, to.queue, { id: job.id ?? '', problem, message: job.data });
  to.log.error({ queue: to.queue, id: job.id, problem }, 'message given up');
}

async function pause(ms: number, ending?: AbortSignal): Promise<void> {
  if (ending?.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms);
    ending?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
