import { BroadcastChannel } from 'node:worker_threads';
import { AppError } from '#base/errors.js';
import { openBenchPool, type BenchPool, type PoolWanted } from './bench-pool.js';
import { PROBE_CHANNEL, type ProbeAnswer, type ProbeRequest, type ThreadCounts } from './probe-protocol.js';
import { together, type Measured } from './rounds.js';

/** A session pool with a probe in each of its threads (`thread-probe.ts`). */
export interface ProbedPool extends BenchPool {
  /** All threads keep their calls of `session.run` from now on, until `mark`. */
  readonly record: () => Promise<void>;
  /** All threads count from now on. */
  readonly mark: () => Promise<void>;
  /** Counts of each thread since `mark`. */
  readonly read: () => Promise<readonly ThreadCounts[]>;
  /** Every thread makes its kept calls again, all at the same time, for so long: batches of the bare sessions. */
  readonly replay: (seconds: number) => Promise<Measured>;
}

type NewRequest = { readonly kind: 'record' | 'mark' | 'read' } | { readonly kind: 'replay'; readonly seconds: number };

/** @throws AppError as `openBenchPool`. */
export async function openProbedPool(wanted: PoolWanted): Promise<ProbedPool> {
  const pool = await openBenchPool({ ...wanted, worker: 'bench/thread-probe.js' });
  const probes = new Probes(pool.sessions);
  return {
    ...pool,
    record: async () => {
      await probes.ask({ kind: 'record' });
    },
    mark: async () => {
      await probes.ask({ kind: 'mark' });
    },
    read: async () => (await probes.ask({ kind: 'read' })).flatMap(({ counts }) => counts ?? []),
    replay: async (seconds) => together((await probes.ask({ kind: 'replay', seconds })).map(replayed)),
    close: async () => {
      probes.close();
      await pool.close();
    },
  };
}

function replayed({ replayed: done }: ProbeAnswer): Measured {
  if (done === null || done.batches === 0) throw new AppError('internal', 'A session has no call to make again.');
  return { count: done.batches, seconds: done.seconds };
}

/** Asks all threads at once and waits for each answer. */
class Probes {
  private readonly channel = new BroadcastChannel(PROBE_CHANNEL);
  private readonly threads: number;
  private readonly asked = new Map<number, (answer: ProbeAnswer) => void>();
  private requests = 0;

  constructor(threads: number) {
    this.threads = threads;
    this.channel.onmessage = (event): void => {
      const { data } = event as { readonly data: ProbeRequest | ProbeAnswer };
      if (data.kind === 'answer') this.asked.get(data.requestId)?.(data);
    };
  }

  ask(request: NewRequest): Promise<readonly ProbeAnswer[]> {
    const requestId = ++this.requests;
    return new Promise((resolve) => {
      const answers: ProbeAnswer[] = [];
      this.asked.set(requestId, (answer) => {
        answers.push(answer);
        if (answers.length < this.threads) return;
        this.asked.delete(requestId);
        resolve(answers);
      });
      this.channel.postMessage({ ...request, requestId });
    });
  }

  close(): void {
    this.channel.close();
  }
}
