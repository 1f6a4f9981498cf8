import type { EventMeasure } from './observation.js';
import type { RuleKind } from './rule.js';

/** One sentence for a person: what happened where, and which limit it passed. `place`: the zone's name, or null. */
export function whySentence(
  kind: RuleKind,
  phase: 'started' | 'ended',
  details: { readonly measure: EventMeasure; readonly place: string | null },
): string {
  const { measure, place } = details;
  const [value, limit] = [amount(measure.value), amount(measure.limit)];
  switch (kind) {
    case 'intrusion':
      return phase === 'started'
        ? `In ${place ?? 'the picture'} for ${value} s; the limit is ${limit} s.`
        : `Was in ${place ?? 'the picture'} for ${value} s; the limit is ${limit} s.`;
    case 'loitering':
      return `Stayed ${value} s in ${place ?? 'the picture'}; the limit is ${limit} s.`;
    case 'running':
      return phase === 'started'
        ? `Moves at ${value} body heights/s${within(place)}; the limit is ${limit}.`
        : `Moved at up to ${value} body heights/s${within(place)}; the limit is ${limit}.`;
  }
}

const within = (place: string | null) => (place === null ? '' : ` in ${place}`);

/** At most one decimal, none from 10 on. */
function amount(value: number): string {
  return String(value < 10 ? Math.round(value * 10) / 10 : Math.round(value));
}
