import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '#base/clock.js';
import type { ServiceHealth } from '#contracts/service-health.js';

const BEAT_MS = 2000;
/**
 * Pause between two samples of the event loop. Each sample wakes the process: every 10 ms that is 3 ms of processor time a second, every
 * 50 ms 0.7 ms (Node 20, 2026-11-21).
 */
const SAMPLE_MS = 50;
const NANOSECONDS_PER_MS = 1e6;

/** What a service adds to its own heartbeat. `frames` is how many were processed since the last call. */
export interface HeartbeatSource {
  readonly provider: string | null;
  readonly sessions: number;
  readonly frames: number;
  readonly notUsed?: ServiceHealth['notUsed'];
  readonly problems?: ServiceHealth['problems'];
}

/** Where a heartbeat goes; a write that fails is reported to `onProblem` and tried again with the next beat. */
export interface HeartbeatOptions {
  readonly service: ServiceHealth['service'];
  readonly instance: string;
  readonly clock: Clock;
  readonly read: () => HeartbeatSource;
  readonly write: (health: ServiceHealth) => Promise<void>;
  readonly onProblem: (problem: unknown) => void;
}

/** Beats every two seconds until the returned function is called. */
export function startHeartbeat(options: HeartbeatOptions): () => void {
  const delay = monitorEventLoopDelay({ resolution: SAMPLE_MS });
  delay.enable();
  const startedAtMs = options.clock.nowMs();
  let lastBeatMs = options.clock.monotonicMs();
  const beat = (): void => {
    const nowMs = options.clock.monotonicMs();
    const elapsedSec = Math.max(0.001, (nowMs - lastBeatMs) / 1000);
    lastBeatMs = nowMs;
    const { provider, sessions, frames, notUsed, problems } = options.read();
    // Node measures from one sample to the next.
    const eventLoopP99Ms = Math.max(0, delay.percentile(99) / NANOSECONDS_PER_MS - SAMPLE_MS);
    delay.reset();
    options
      .write({
        type: 'service.health',
        v: 1,
        service: options.service,
        instance: options.instance,
        startedAtMs,
        atMs: options.clock.nowMs(),
        rssBytes: process.memoryUsage.rss(),
        eventLoopP99Ms,
        provider,
        sessions,
        framesPerSec: frames / elapsedSec,
        ...(notUsed === undefined ? {} : { notUsed }),
        ...(problems === undefined ? {} : { problems }),
      })
      .catch(options.onProblem);
  };
  beat();
  const timer = setInterval(beat, BEAT_MS);
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}
