import { roundTo } from '#tracking/round.js';
import type { RuleObservation, RuleStep } from './observation.js';
import { ruleParam, type Rule } from './rule.js';

export interface LoiteringMemory {
  readonly kind: 'loitering';
  /** When the person came into the zone, and when they were last seen in it, microseconds. */
  readonly enteredUs: number;
  readonly lastInsideUs: number;
  /** Where they were in the last `dwellSec`, oldest first, flat [n × 3]: milliseconds since `enteredUs`, foot x px, foot y px. */
  readonly places: readonly number[];
  /** The limit that was passed, seconds; null: no alarm. */
  readonly passedSec: number | null;
}

const STRIDE = 3;
/** Remembered places in one `dwellSec`. */
const PLACES = 12;

/**
 * Somebody loiters: for `dwellSec` within a circle of `radiusHeights` body heights, or `presenceSec` in the zone at all.
 * Over when they are out of the zone for `leaveSec`; shorter absences do not count. Without a zone: in the picture.
 */
export function loiteringStep(
  memory: LoiteringMemory | null,
  observation: RuleObservation,
  rule: Rule,
): RuleStep<LoiteringMemory> {
  const { ptsUs, isInZone } = observation;
  if (!isInZone) {
    const isGone = memory === null || ptsUs - memory.lastInsideUs >= ruleParam(rule, 'leaveSec') * 1e6;
    return isGone ? { memory: null, alarm: null } : { memory, alarm: alarmOf(memory) };
  }
  const enteredUs = memory?.enteredUs ?? ptsUs;
  const { places, here } = visit(memory?.places ?? [], observation, {
    sinceMs: Math.round((ptsUs - enteredUs) / 1e3),
    windowMs: ruleParam(rule, 'dwellSec') * 1e3,
  });
  const staysInCircle = radiusOf([...places, ...here]) <= ruleParam(rule, 'radiusHeights') * observation.heightPx;
  const passedSec = memory?.passedSec ?? passedLimit(rule, { stayedSec: (ptsUs - enteredUs) / 1e6, staysInCircle });
  const next: LoiteringMemory = { kind: 'loitering', enteredUs, lastInsideUs: ptsUs, places, passedSec };
  return { memory: next, alarm: alarmOf(next) };
}

function passedLimit(rule: Rule, stay: { readonly stayedSec: number; readonly staysInCircle: boolean }): number | null {
  const [dwellSec, presenceSec] = [ruleParam(rule, 'dwellSec'), ruleParam(rule, 'presenceSec')];
  if (stay.staysInCircle && stay.stayedSec >= dwellSec) return dwellSec;
  return stay.stayedSec >= presenceSec ? presenceSec : null;
}

function alarmOf(memory: LoiteringMemory): RuleStep<LoiteringMemory>['alarm'] {
  if (memory.passedSec === null) return null;
  const value = (memory.lastInsideUs - memory.enteredUs) / 1e6;
  return { name: 'timeInZone', value, limit: memory.passedSec, unit: 's' };
}

/** The places of the window with this one, which is remembered when the last one is old enough. */
function visit(
  places: readonly number[],
  { foot }: RuleObservation,
  time: { readonly sinceMs: number; readonly windowMs: number },
): { readonly places: readonly number[]; readonly here: readonly number[] } {
  const kept = [...places];
  while (kept.length > STRIDE && kept[STRIDE] <= time.sinceMs - time.windowMs) kept.splice(0, STRIDE);
  const here = [time.sinceMs, roundTo(foot.x, 0), roundTo(foot.y, 0)];
  const newestMs = kept.at(-STRIDE) ?? -Infinity;
  return { places: time.sinceMs - newestMs >= time.windowMs / PLACES ? [...kept, ...here] : kept, here };
}

/** Largest distance from the middle of the bounding box, pixels. */
function radiusOf(places: readonly number[]): number {
  const xs = places.filter((_, at) => at % STRIDE === 1);
  const ys = places.filter((_, at) => at % STRIDE === 2);
  const middleX = (Math.min(...xs) + Math.max(...xs)) / 2;
  const middleY = (Math.min(...ys) + Math.max(...ys)) / 2;
  return Math.max(...xs.map((x, at) => Math.hypot(x - middleX, ys[at] - middleY)));
}
