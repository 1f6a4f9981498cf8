/**
 * "Is true for long enough": a leaky timer that rises while a condition is true and falls while it is false, so that flicker at
 * a border neither starts an alarm nor keeps a true one from starting. Once on, it goes off only after the condition has been
 * false without a break for the release time.
 */
export interface Hold {
  /** When the condition first became true, microseconds. */
  readonly sinceUs: number;
  readonly lastUs: number;
  readonly lastTrueUs: number;
  /** The timer, microseconds. */
  readonly heldUs: number;
  readonly isOn: boolean;
}

export interface HoldLimits {
  readonly holdSec: number;
  readonly releaseSec: number;
}

/** One observation further; null: the condition is false and nothing is remembered. */
export function holdStep(
  hold: Hold | null,
  now: { readonly ptsUs: number; readonly isTrue: boolean },
  limits: HoldLimits,
): Hold | null {
  const { ptsUs, isTrue } = now;
  if (hold === null && !isTrue) return null;
  const before = hold ?? { sinceUs: ptsUs, lastUs: ptsUs, lastTrueUs: ptsUs, heldUs: 0, isOn: false };
  const lastUs = Math.max(before.lastUs, ptsUs);
  const passedUs = lastUs - before.lastUs;
  return isTrue ? rise(before, { lastUs, passedUs }, limits) : fall(before, { lastUs, passedUs }, limits);
}

interface Passed {
  readonly lastUs: number;
  readonly passedUs: number;
}

/** Time counts when the condition was true at both of its ends. */
function rise(before: Hold, { lastUs, passedUs }: Passed, limits: HoldLimits): Hold {
  const heldUs = before.heldUs + (before.lastTrueUs === before.lastUs ? passedUs : 0);
  return { ...before, lastUs, lastTrueUs: lastUs, heldUs, isOn: before.isOn || heldUs >= limits.holdSec * 1e6 };
}

function fall(before: Hold, { lastUs, passedUs }: Passed, limits: HoldLimits): Hold | null {
  const heldUs = Math.max(0, before.heldUs - passedUs);
  const isOver = before.isOn ? lastUs - before.lastTrueUs >= limits.releaseSec * 1e6 : heldUs === 0;
  return isOver ? null : { ...before, lastUs, heldUs };
}

/** How long the condition has lasted, from its first to its latest true observation, seconds. */
export function heldSec(hold: Hold): number {
  return (hold.lastTrueUs - hold.sinceUs) / 1e6;
}
