import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import type { PoolFrame } from '#onnx/session-pool.js';
import { AllocationMeter } from './allocation-meter.js';
import type { ProbedPool } from './probed-pool.js';
import { sideBySide, type Measured } from './rounds.js';

/** What a frame costs beside `session.run`. Milliseconds and bytes are means over all frames. */
export interface JavaScriptCost {
  /** In the session's thread, outside `session.run`: decoding, duplicates, messages. */
  readonly threadMsPerFrame: number;
  /** In the thread that feeds the pool: copies, messages. */
  readonly feedingMsPerFrame: number;
  /** 99th percentile of the delay of the feeding thread's event loop, sampled every millisecond, all sessions busy; worst round. */
  readonly feedingLoopP99Ms: number;
  /** In which the session's thread has nothing to do although frames wait: the way from one batch to the next. */
  readonly idleMsPerFrame: number;
  /** What JavaScript allocates on the heap, and leaves to the garbage collector; pixels and tensors lie beside it. */
  readonly threadGarbageBytesPerFrame: number;
  readonly feedingGarbageBytesPerFrame: number;
}

const nothing = {
  ...{ frames: 0, framesAfterFirst: 0, people: 0, threadMs: 0, idleMs: 0, feedingMs: 0 },
  ...{ threadBytes: 0, feedingBytes: 0, delayP99Ms: 0 },
};

/** Keeps all sessions of a pool busy with full batches of the same frames, and adds up what that costs beside `session.run`. */
export class Feeder {
  private readonly pool: ProbedPool;
  private readonly frames: readonly PoolFrame[];
  private readonly batch: number;
  private next = 0;
  private sums = nothing;

  constructor(pool: ProbedPool, frames: readonly PoolFrame[], batch: number) {
    this.pool = pool;
    this.frames = frames;
    this.batch = batch;
  }

  /** Passes once over the frames, so that everything is warm and the threads have the calls that `replay` makes. */
  async record(): Promise<void> {
    await this.pool.record();
    let left = Math.max(this.frames.length, this.batch * this.pool.sessions);
    await sideBySide({ loops: this.pool.sessions, seconds: 0 }, async () => {
      for (; left > 0; left -= this.batch) await this.estimate();
      return 1;
    });
  }

  /** One measurement of the pool: frames and seconds. */
  async run(seconds: number): Promise<Measured> {
    await this.pool.mark();
    const delay = monitorEventLoopDelay({ resolution: 1 });
    const meter = new AllocationMeter();
    delay.enable();
    meter.start();
    const since = performance.eventLoopUtilization();
    let people = 0;
    const measured = await sideBySide({ loops: this.pool.sessions, seconds }, async () => {
      people += await this.estimate();
      return this.batch;
    });
    const feedingMs = performance.eventLoopUtilization(since).active;
    const feedingBytes = meter.read();
    delay.disable();
    await this.add({ people, feedingMs, feedingBytes, delayP99Ms: delay.percentile(99) / 1e6 });
    return measured;
  }

  /** One measurement of the bare sessions: frames and seconds. */
  async bare(seconds: number): Promise<Measured> {
    const replayed = await this.pool.replay(seconds);
    return { count: replayed.count * this.batch, seconds: replayed.seconds };
  }

  /** Over all measurements of the pool so far. */
  cost(): JavaScriptCost & { readonly peoplePerFrame: number } {
    const { frames, framesAfterFirst, people, threadMs, idleMs, feedingMs, threadBytes, feedingBytes, delayP99Ms } =
      this.sums;
    return {
      peoplePerFrame: people / frames,
      threadMsPerFrame: threadMs / frames,
      feedingMsPerFrame: feedingMs / frames,
      feedingLoopP99Ms: delayP99Ms,
      idleMsPerFrame: idleMs / Math.max(1, framesAfterFirst),
      threadGarbageBytesPerFrame: Math.round(threadBytes / frames),
      feedingGarbageBytesPerFrame: Math.round(feedingBytes / frames),
    };
  }

  private async estimate(): Promise<number> {
    return this.pool.estimate(Array.from({ length: this.batch }, () => this.frames[this.next++ % this.frames.length]));
  }

  private async add(feeding: Pick<typeof nothing, 'people' | 'feedingMs' | 'feedingBytes' | 'delayP99Ms'>) {
    const threads = await this.pool.read();
    const sum = (of: (counts: (typeof threads)[number]) => number): number =>
      threads.reduce((total, counts) => total + of(counts), 0);
    const { sums } = this;
    this.sums = {
      frames: sums.frames + sum(({ batches }) => batches) * this.batch,
      framesAfterFirst: sums.framesAfterFirst + sum(({ batches }) => Math.max(0, batches - 1)) * this.batch,
      people: sums.people + feeding.people,
      threadMs: sums.threadMs + sum(({ busyMs, runMs }) => busyMs - runMs),
      idleMs: sums.idleMs + sum(({ idleMs }) => idleMs),
      feedingMs: sums.feedingMs + feeding.feedingMs,
      threadBytes: sums.threadBytes + sum(({ heapBytes }) => heapBytes),
      feedingBytes: sums.feedingBytes + feeding.feedingBytes,
      delayP99Ms: Math.max(sums.delayP99Ms, feeding.delayP99Ms),
    };
  }
}
