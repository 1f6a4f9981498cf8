import { polygonContains } from '#geometry/polygon.js';
import type { TrackMeasures } from '#tracking/measures.js';
import { roundTo } from '#tracking/round.js';
import { intrusionStep, type IntrusionMemory } from './intrusion.js';
import { loiteringStep, type LoiteringMemory } from './loitering.js';
import type { EventMeasure, RuleObservation, RuleStep } from './observation.js';
import type { Rule, RuleKind } from './rule.js';
import { runningStep, type RunningMemory } from './running.js';
import { whySentence } from './why.js';

/**
 * Runs the rules over the tracks of one camera, frame by frame, and turns alarms into episodes: each has exactly one `started`
 * and one `ended`. A track that is out of sight keeps its episode until the tracker gives it up. The same step runs live and in back-tests.
 */

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
  /** At the start: what passed the limit. At the end: the whole stay, or the highest speed. */
  readonly measure: EventMeasure;
  /** One sentence for a person. */
  readonly why: string;
}

export interface BehaviorInput {
  /** The rules that are switched on for this camera, in any order that does not change by itself. */
  readonly rules: readonly Rule[];
  readonly frame: { readonly seq: number; readonly ptsUs: number };
  /** The tracks seen in this frame; unconfirmed ones are left alone. */
  readonly tracks: readonly ObservedTrack[];
  /** Tracks given up with this frame; all live ones when the stream ends (`liveTrackNos`). */
  readonly ended: readonly number[];
}

interface Episode {
  readonly kind: RuleKind;
  readonly zoneId: string | null;
  /** The zone's name when the episode started. */
  readonly place: string | null;
  readonly startedSeq: number;
  readonly measure: EventMeasure;
}

type RuleMemory = IntrusionMemory | LoiteringMemory | RunningMemory;

/** What one rule remembers of one track. */
interface Watch {
  readonly trackNo: number;
  readonly ruleId: string;
  readonly memory: RuleMemory;
  /** Null: no alarm. */
  readonly episode: Episode | null;
}

/** Plain JSON; only what is worth remembering. */
export interface BehaviorState {
  readonly watches: readonly Watch[];
}

export interface BehaviorStep {
  readonly state: BehaviorState;
  /** Ends of given-up tracks and removed rules first, then by track and rule. */
  readonly events: readonly BehaviorEvent[];
}

/** The state before the first frame of an epoch. */
export function emptyBehaviorState(): BehaviorState {
  return { watches: [] };
}

/** Ids of the rules that are alarming on a track, sorted. */
export function alarmsOf(state: BehaviorState, trackNo: number): string[] {
  return state.watches
    .filter((watch) => watch.trackNo === trackNo && watch.episode !== null)
    .map((watch) => watch.ruleId)
    .toSorted();
}

/** One frame further. A rule that is gone, or became another kind, ends its episodes. */
export function behaviorStep(state: BehaviorState, input: BehaviorInput): BehaviorStep {
  const { rules, frame, ended } = input;
  const kindOf = new Map(rules.map((rule) => [rule.id, rule.kind]));
  const goesOn = (watch: Watch) => !ended.includes(watch.trackNo) && kindOf.get(watch.ruleId) === watch.memory.kind;
  const events = state.watches.filter((watch) => !goesOn(watch)).flatMap((watch) => endOf(watch, frame));
  const watchOf = new Map(state.watches.filter(goesOn).map((watch) => [keyOf(watch.trackNo, watch.ruleId), watch]));
  for (const track of input.tracks) {
    if (!track.confirmed) continue;
    for (const rule of rules) {
      const key = keyOf(track.trackNo, rule.id);
      const before = watchOf.get(key) ?? null;
      const after = watchStep(before, { rule, track, frame });
      if (after === null) watchOf.delete(key);
      else watchOf.set(key, after);
      events.push(...changes(before, after, frame));
    }
  }
  return { state: { watches: [...watchOf.values()] }, events };
}

const keyOf = (trackNo: number, ruleId: string) => `${trackNo} ${ruleId}`;

function watchStep(
  before: Watch | null,
  now: { readonly rule: Rule; readonly track: ObservedTrack; readonly frame: BehaviorInput['frame'] },
): Watch | null {
  const { rule, track, frame } = now;
  const { foot, heightPx, speedHeightsPerSec } = track.measures;
  const isInZone = rule.zone === null || polygonContains(rule.zone.polygon, foot);
  const observation = { ptsUs: frame.ptsUs, foot, heightPx, speedHeightsPerSec, isInZone };
  const { memory, alarm } = ruleStep(before?.memory ?? null, observation, rule);
  if (memory === null) return null;
  const episode = alarm === null ? null : episodeOf(before?.episode ?? startedBy(rule, frame.seq), alarm);
  return { trackNo: track.trackNo, ruleId: rule.id, memory, episode };
}

function startedBy(rule: Rule, startedSeq: number): Omit<Episode, 'measure'> {
  return { kind: rule.kind, zoneId: rule.zone?.id ?? null, place: rule.zone?.name ?? null, startedSeq };
}

function episodeOf(episode: Omit<Episode, 'measure'>, alarm: EventMeasure): Episode {
  return { ...episode, measure: { ...alarm, value: roundTo(alarm.value, 2) } };
}

function ruleStep(memory: RuleMemory | null, observation: RuleObservation, rule: Rule): RuleStep<RuleMemory> {
  switch (rule.kind) {
    case 'intrusion':
      return intrusionStep(memory?.kind === 'intrusion' ? memory : null, observation, rule);
    case 'loitering':
      return loiteringStep(memory?.kind === 'loitering' ? memory : null, observation, rule);
    case 'running':
      return runningStep(memory?.kind === 'running' ? memory : null, observation, rule);
  }
}

function changes(before: Watch | null, after: Watch | null, frame: BehaviorInput['frame']): BehaviorEvent[] {
  const wasOn = before?.episode != null;
  const isOn = after?.episode != null;
  if (isOn && !wasOn) return [eventOf(after, after.episode, { phase: 'started', frame })];
  return wasOn && !isOn ? endOf(before, frame) : [];
}

function endOf(watch: Watch, frame: BehaviorInput['frame']): BehaviorEvent[] {
  return watch.episode === null ? [] : [eventOf(watch, watch.episode, { phase: 'ended', frame })];
}

function eventOf(
  watch: Watch,
  episode: Episode,
  at: { readonly phase: 'started' | 'ended'; readonly frame: BehaviorInput['frame'] },
): BehaviorEvent {
  const { kind, zoneId, place, startedSeq, measure } = episode;
  return {
    phase: at.phase,
    ruleId: watch.ruleId,
    kind,
    zoneId,
    trackNo: watch.trackNo,
    startedSeq,
    seq: at.frame.seq,
    ptsUs: at.frame.ptsUs,
    measure,
    why: whySentence(kind, at.phase, { measure, place }),
  };
}
