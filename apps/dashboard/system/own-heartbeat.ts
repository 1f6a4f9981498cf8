import type { Clock } from '#base/clock.js';
import { startHeartbeat } from '#observability/heartbeat.js';
import type { Parts } from '../parts.js';

const TTL_MS = 10_000;

/** Beats for the dashboard itself; returns the end of it. */
export function openHeartbeat(
  parts: Parts,
  self: { readonly instance: string; readonly key: string; readonly clock: Clock },
): () => void {
  return startHeartbeat({
    service: 'dashboard',
    instance: self.instance,
    clock: self.clock,
    read: () => ({ provider: null, sessions: 0, frames: 0 }),
    write: (health) => parts.keyValues.setJson(self.key, health, TTL_MS),
    onProblem: (problem) => {
      parts.log.warn({ event: 'heartbeat.failed', err: problem }, 'the heartbeat could not be written');
    },
  });
}
