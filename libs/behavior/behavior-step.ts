import type { TrackMeasures } from '#tracking/measures.js';
import type { Rule, RuleKind } from './rule.js';

/** What was measured, against which limit: the "why" of an alert. */
export interface EventMeasure {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
}

/** A track as rules see it; a `TrackedPose` is one. */
export interface ObservedTrack {
  readonly trackNo: number;
  readonly confirmed: boolean;
  readonly measures: TrackMeasures;
}

/** Start or end of one episode. (ruleId, trackNo, startedSeq) names the episode within a camera and epoch. */
export interface BehaviorEvent {
  readonly phase: 'started' | 'ended';
  readonly ruleId: string;
  readonly kind: RuleKind;
  readonly zoneId: string | null;
  readonly trackNo: number;
  /** `seq` of the frame that started the episode: the same in both phases. */
  readonly startedSeq: number;
  /** The frame of this event. */
  readonly seq: number;
  readonly ptsUs: number;
  readonly measure: EventMeasure;
  /** One sentence for a person. */
  readonly why: string;
}

export interface BehaviorInput {
  readonly rules: readonly Rule[];
  readonly frame: { readonly seq: number; readonly ptsUs: number };
  /** The tracks seen in this frame. */
  readonly tracks: readonly ObservedTrack[];
  /** Tracks given up with this frame; all live ones when the stream ends. */
  readonly ended: readonly number[];
}

/** Plain JSON: what rules remember of each track, by track number, then by rule id. */
export type BehaviorState = Readonly<Record<string, never>>;

export function emptyBehaviorState(): BehaviorState {
  return {};
}

/** Runs all rules over one frame: exactly one `started` and one `ended` for each episode. */
export function behaviorStep(
  _state: BehaviorState,
  _input: BehaviorInput,
): { readonly state: BehaviorState; readonly events: readonly BehaviorEvent[] } {
  throw new Error('being written');
}

/** Ids of the rules that are alarming on a track. */
export function alarmsOf(_state: BehaviorState, _trackNo: number): string[] {
  return [];
}
