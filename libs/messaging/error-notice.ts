import { systemClock } from '#base/clock.js';
import type { Logger } from '#observability/logger.js';

const QUIET_MS = 1000;

/**
 * A listener for the `error` events of a connection or a queue: logs the first problem, then at most one a second with
 * the number held back. A connection without such a listener would end the process.
 */
export function errorNotice(log: Logger, what: string): (problem: unknown) => void {
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  let heldBack = 0;
  return (problem) => {
    const nowMs = systemClock.monotonicMs();
    if (nowMs < quietUntilMs) {
      heldBack++;
      return;
    }
    log.warn({ what, problem: describe(problem), heldBack }, 'messaging problem');
    quietUntilMs = nowMs + QUIET_MS;
    heldBack = 0;
  };
}

/** Connection refusals are `AggregateError`s with an empty message: their code says more. */
function describe(problem: unknown): string {
  if (!(problem instanceof Error)) return String(problem);
  const code = 'code' in problem ? String(problem.code) : '';
  return problem.message === '' ? code : problem.message;
}
