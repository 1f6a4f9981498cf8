import type { ErrorKind } from '#base/errors.js';
import type { Random } from '#base/random.js';

const FIRST_MS = 500;

/** What came before this attempt. */
export interface ReconnectHistory {
  /** Failures in a row, from 1. */
  readonly failures: number;
  readonly kind: ErrorKind;
}

/**
 * Pause before the next attempt to reach a camera, milliseconds: doubles with each failure up to `maxMs`, and is drawn from the
 * upper half of that, so that many cameras behind one switch do not come back at the same moment. A refused login waits the
 * longest at once: cameras lock accounts out.
 */
export function reconnectDelayMs(history: ReconnectHistory, maxMs: number, random: Random): number {
  const refused = history.kind === 'unauthorised';
  const ceilingMs = refused ? maxMs : Math.min(maxMs, FIRST_MS * 2 ** Math.min(history.failures - 1, 20));
  return ceilingMs * (0.5 + random() / 2);
}
