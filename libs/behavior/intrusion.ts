import { heldSec, holdStep, type Hold } from './hold.js';
import type { RuleObservation, RuleStep } from './observation.js';
import { ruleParam, type Rule } from './rule.js';

export interface IntrusionMemory {
  readonly kind: 'intrusion';
  readonly hold: Hold;
}

/** Somebody is in the zone: the foot point stays inside for `dwellSec`; over when it is outside for `leaveSec`. */
export function intrusionStep(
  memory: IntrusionMemory | null,
  observation: RuleObservation,
  rule: Rule,
): RuleStep<IntrusionMemory> {
  const limit = ruleParam(rule, 'dwellSec');
  const hold = holdStep(
    memory?.hold ?? null,
    { ptsUs: observation.ptsUs, isTrue: observation.isInZone },
    { holdSec: limit, releaseSec: ruleParam(rule, 'leaveSec') },
  );
  if (hold === null) return { memory: null, alarm: null };
  return {
    memory: { kind: 'intrusion', hold },
    alarm: hold.isOn ? { name: 'timeInZone', value: heldSec(hold), limit, unit: 's' } : null,
  };
}
