import { holdStep, type Hold } from './hold.js';
import type { RuleObservation, RuleStep } from './observation.js';
import { ruleParam, type Rule } from './rule.js';

export interface RunningMemory {
  readonly kind: 'running';
  readonly hold: Hold;
  /** Highest speed since the condition was first true, body heights a second. */
  readonly peakSpeed: number;
}

/** A runner counts as running until they fall below this share of the limit. */
const KEEP_SHARE = 0.8;

/** Somebody runs: above the speed limit for `durationSec`, in the zone if there is one; over when slower for `leaveSec`. */
export function runningStep(
  memory: RunningMemory | null,
  observation: RuleObservation,
  rule: Rule,
): RuleStep<RunningMemory> {
  const limit = ruleParam(rule, 'speedHeightsPerSec');
  const { hold: before, peakSpeed: peakBefore } = memory ?? { hold: null, peakSpeed: 0 };
  const speed = observation.isInZone ? (observation.speedHeightsPerSec ?? 0) : 0;
  const isTrue = speed > limit * (before?.isOn === true ? KEEP_SHARE : 1);
  const hold = holdStep(
    before,
    { ptsUs: observation.ptsUs, isTrue },
    { holdSec: ruleParam(rule, 'durationSec'), releaseSec: ruleParam(rule, 'leaveSec') },
  );
  if (hold === null) return { memory: null, alarm: null };
  const peakSpeed = Math.max(peakBefore, speed);
  return {
    memory: { kind: 'running', hold, peakSpeed },
    alarm: hold.isOn ? { name: 'speed', value: peakSpeed, limit, unit: 'body heights/s' } : null,
  };
}
