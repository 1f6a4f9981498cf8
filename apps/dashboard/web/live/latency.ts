/**
 * How far behind the newest picture the live player stays, so that a picture's poses are there when it is shown, and how fast it
 * must play to stay there.
 */
const SHORTEST_SEC = 0.35;
const LONGEST_SEC = 3;
const MARGIN_SEC = 0.15;
/** A share of the way back per second: the delay grows at once and shrinks slowly, so that playback does not pump. */
const DECAY_PER_SEC = 0.05;
const JUMP_SEC = 2.5;
/** Poses come this much later than the picture is shown: better a slow second than a minute without people. */
const FAR_TOO_NEAR_SEC = 0.5;

/** The delay to aim at (seconds) after poses lagged `lagSec` behind the newest picture, `elapsedSec` after the previous call. */
export function nextDelay(delaySec: number, lagSec: number, elapsedSec: number): number {
  const wanted = Math.min(LONGEST_SEC, Math.max(SHORTEST_SEC, lagSec + MARGIN_SEC));
  if (wanted >= delaySec) return wanted;
  return delaySec + (wanted - delaySec) * Math.min(1, DECAY_PER_SEC * elapsedSec);
}

export interface Steering {
  readonly rate: number;
  /** True: so far off that a jump is better than minutes of another speed, where the buffer allows one. */
  readonly isFarOff: boolean;
}

/** What to do when the newest picture is `behindSec` ahead of the one shown: a rate to play at, and whether to jump instead. */
export function steer(behindSec: number, delaySec: number): Steering {
  const errorSec = behindSec - delaySec;
  const isFarOff = errorSec > JUMP_SEC || errorSec < -FAR_TOO_NEAR_SEC;
  if (Math.abs(errorSec) < 0.06) return { rate: 1, isFarOff };
  const slowest = errorSec < -FAR_TOO_NEAR_SEC ? 0.6 : 0.85;
  return { rate: Math.min(1.25, Math.max(slowest, 1 + errorSec * 0.4)), isFarOff };
}
