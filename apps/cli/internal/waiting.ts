import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#base/clock.js';
import { AppError, asAppError } from '#base/errors.js';

/** How long and how often a condition is asked. */
export interface Patience {
  readonly timeoutMs: number;
  readonly everyMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Asked before each attempt; a text ends the waiting at once with that reason. */
  readonly hopeless?: () => string | null;
}

function refuseToWait(what: string, patience: Patience): void {
  if (patience.signal?.aborted === true) throw new AppError('cancelled', `Stopped while waiting for ${what}.`);
  const reason = patience.hopeless?.() ?? null;
  if (reason !== null) throw new AppError('unavailable', `${what} does not start: ${reason}`);
}

/**
 * Resolves as soon as `attempt` does not throw.
 * @throws AppError `timeout` with the last problem after `timeoutMs`, `unavailable` when hopeless, `cancelled` when aborted.
 */
export async function waitFor(what: string, attempt: () => Promise<void>, patience: Patience): Promise<void> {
  const endMs = systemClock.monotonicMs() + patience.timeoutMs;
  for (;;) {
    refuseToWait(what, patience);
    try {
      await attempt();
      return;
    } catch (problem) {
      if (systemClock.monotonicMs() > endMs) {
        const seconds = Math.round(patience.timeoutMs / 1000);
        const last = asAppError(problem).message;
        throw new AppError('timeout', `${what} did not answer within ${seconds} s: ${last}`, { cause: problem });
      }
    }
    await sleep(patience.everyMs ?? 50);
  }
}
