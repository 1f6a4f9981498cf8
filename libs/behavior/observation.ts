import type { Point } from '#geometry/box.js';

/** What a rule sees of one track in one frame. */
export interface RuleObservation {
  /** Media time, microseconds. */
  readonly ptsUs: number;
  /** The foot point, source pixels. */
  readonly foot: Point;
  readonly heightPx: number;
  /** Body heights a second; null while unknown. */
  readonly speedHeightsPerSec: number | null;
  /** Whether the foot point lies in the rule's zone; true for a rule without one. */
  readonly isInZone: boolean;
}

/** What was measured, against which limit: the "why" of an alert. */
export interface EventMeasure {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
}

/** One step of a rule on a track. */
export interface RuleStep<Memory> {
  /** Null: nothing to remember, as for a track never seen. */
  readonly memory: Memory | null;
  /** While the rule alarms: what was measured so far. Null: no alarm. */
  readonly alarm: EventMeasure | null;
}
