/** The blanks of the sentence: what can stand in each, and the conditions that it means. */
import { ruleDescriptions, ruleKinds } from '#behavior/rule.js';
import { postures, type Posture } from '#pose/posture.js';
import type { PeopleSearch } from '../search-filter.js';

/** One thing that can stand in a blank. The first of a blank asks for nothing. */
interface Choice {
  readonly label: string;
  readonly means: PeopleSearch;
}

/** A number that may be typed instead of what is listed. */
export interface TypedNumber {
  readonly field: 'minSpeed' | 'maxSpeed' | 'minDurationSec' | 'maxDurationSec' | 'minTogether' | 'minDwellSec';
  readonly label: string;
  readonly unit: string;
}

/** A blank with its name for those who do not see the sentence. */
export interface Blank {
  readonly name: string;
  readonly choices: readonly Choice[];
  /** None: only what is listed can stand there. */
  readonly numbers?: readonly TypedNumber[];
  /** How a deep link with other values reads. */
  readonly otherwise: (search: PeopleSearch) => string;
}

/** Postures in the words of the sentence and of the results. */
export const postureWords: Readonly<Record<Posture, string>> = {
  standing: 'standing',
  sitting: 'sitting',
  crouching: 'crouching',
  lying: 'lying down',
  'arms-raised': 'raising their arms',
};

/** A length or bound that came by a link. */
function bounds(least: number | undefined, most: number | undefined, unit: string): string {
  if (least !== undefined && most !== undefined) return `${least} to ${most} ${unit}`;
  return least === undefined ? `at most ${most ?? 0} ${unit}` : `at least ${least} ${unit}`;
}

const posture: Blank = {
  name: 'Posture',
  choices: [
    { label: 'in any posture', means: { posture: undefined } },
    ...postures.map((each) => ({ label: postureWords[each], means: { posture: each } })),
  ],
  otherwise: ({ posture: others = [] }) =>
    [others]
      .flat()
      .map((each) => postureWords[each])
      .join(' or '),
};

const speed: Blank = {
  name: 'Speed',
  choices: [
    { label: 'at any speed', means: { minSpeed: undefined, maxSpeed: undefined } },
    { label: 'hardly moving', means: { minSpeed: undefined, maxSpeed: 0.3 } },
    { label: 'at most walking', means: { minSpeed: undefined, maxSpeed: 1.5 } },
    { label: 'faster than a walk', means: { minSpeed: 1.5, maxSpeed: undefined } },
    { label: 'running', means: { minSpeed: 2.5, maxSpeed: undefined } },
  ],
  numbers: [
    { field: 'minSpeed', label: 'at least', unit: '' },
    { field: 'maxSpeed', label: 'at most', unit: 'heights/s' },
  ],
  otherwise: ({ minSpeed, maxSpeed }) => bounds(minSpeed, maxSpeed, 'heights/s'),
};

const together: Blank = {
  name: 'Company',
  choices: [
    { label: 'alone or with others', means: { minTogether: undefined } },
    { label: 'with somebody else', means: { minTogether: 2 } },
    { label: 'in a group of 3 or more', means: { minTogether: 3 } },
    { label: 'in a crowd of 6 or more', means: { minTogether: 6 } },
  ],
  numbers: [{ field: 'minTogether', label: 'at least', unit: 'people' }],
  otherwise: ({ minTogether: other }) => `in a group of ${other ?? 1} or more`,
};

const duration: Blank = {
  name: 'Seen for',
  choices: [
    { label: 'for any time', means: { minDurationSec: undefined, maxDurationSec: undefined } },
    { label: 'for less than 5 s', means: { minDurationSec: undefined, maxDurationSec: 5 } },
    { label: 'for 10 s or longer', means: { minDurationSec: 10, maxDurationSec: undefined } },
    { label: 'for 1 min or longer', means: { minDurationSec: 60, maxDurationSec: undefined } },
    { label: 'for 5 min or longer', means: { minDurationSec: 300, maxDurationSec: undefined } },
  ],
  numbers: [
    { field: 'minDurationSec', label: 'at least', unit: '' },
    { field: 'maxDurationSec', label: 'at most', unit: 's' },
  ],
  otherwise: ({ minDurationSec, maxDurationSec }) => `for ${bounds(minDurationSec, maxDurationSec, 's')}`,
};

const alert: Blank = {
  name: 'Alert',
  choices: [
    { label: 'with or without alert', means: { eventKind: undefined } },
    { label: 'with an alert', means: { eventKind: 'any' } },
    ...ruleKinds.map((kind) => ({
      label: `with an alert of ${ruleDescriptions[kind].label.toLowerCase()}`,
      means: { eventKind: kind },
    })),
  ],
  otherwise: ({ eventKind }) => `with an alert of ${eventKind ?? ''}`,
};

/** The blanks after camera, zone and time, in the order of the sentence. */
export const blanks: readonly Blank[] = [posture, speed, together, duration, alert];

/** How long somebody stays in the zone; only with a zone. */
export const dwell: Blank = {
  name: 'Stay in the zone',
  choices: [
    { label: 'for a moment', means: { minDwellSec: undefined } },
    { label: 'for 5 s or longer', means: { minDwellSec: 5 } },
    { label: 'for 30 s or longer', means: { minDwellSec: 30 } },
    { label: 'for 2 min or longer', means: { minDwellSec: 120 } },
  ],
  numbers: [{ field: 'minDwellSec', label: 'at least', unit: 's' }],
  otherwise: ({ minDwellSec: other }) => `for ${other ?? 0} s or longer`,
};

/** Which way somebody crosses the line; only with a line. */
export const direction: Blank = {
  name: 'Direction',
  choices: [
    { label: 'either way', means: { direction: undefined } },
    { label: 'to its left', means: { direction: 'left' } },
    { label: 'to its right', means: { direction: 'right' } },
  ],
  otherwise: ({ direction: other }) => String(other),
};

/** Which choice a search makes in a blank; −1 when none says it. */
export function chosenIn({ choices }: Blank, search: PeopleSearch): number {
  return choices.findIndex(({ means }) =>
    Object.entries(means).every(([field, value]) => search[field as keyof PeopleSearch] === value),
  );
}
