import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Clock } from '#base/clock.js';
import type { ServiceHealth } from '#contracts/service-health.js';

const BEAT_MS = 2000;
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
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const startedAtMs = options.clock.nowMs();
  let lastBeatMs = options.clock.monotonicMs();
  const beat = (): void => {
    const nowMs = options.clock.monotonicMs();
    const elapsedSec = Math.max(0.001, (nowMs - lastBeatMs) / 1000);
    lastBeatMs = nowMs;
    const { provider, sessions, frames, notUsed, problems } = options.read();
    const eventLoopP99Ms = delay.percentile(99) / NANOSECONDS_PER_MS;
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
