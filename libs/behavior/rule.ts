import { AppError } from '#base/errors.js';
import type { Point } from '#geometry/box.js';

export const ruleKinds = ['intrusion', 'loitering', 'running'] as const;

export type RuleKind = (typeof ruleKinds)[number];

/** A named area of the picture. */
export interface RuleZone {
  readonly id: string;
  readonly name: string;
  /** At least three corners, source pixels. */
  readonly polygon: readonly Point[];
}

/** One rule as the tracker runs it. */
export interface Rule {
  readonly id: string;
  readonly kind: RuleKind;
  readonly name: string;
  /** Null: the whole picture. */
  readonly zone: RuleZone | null;
  /** By parameter name; what is absent has its default, see `ruleParameters`. */
  readonly params: Readonly<Record<string, number>>;
}

/** What a person may set on a rule: enough to draw a form and to check a request. */
export interface RuleParameter {
  readonly name: string;
  readonly label: string;
  readonly unit: string;
  readonly default: number;
  readonly min: number;
  readonly max: number;
  /** One sentence for a person. */
  readonly text: string;
}

/** A kind of rule, with its parameters in the order of a form. */
export interface RuleDescription {
  readonly kind: RuleKind;
  readonly label: string;
  /** One sentence for a person. */
  readonly text: string;
  /** True when the rule makes no sense without a zone. */
  readonly needsZone: boolean;
  readonly parameters: readonly RuleParameter[];
}

const leaveSec: RuleParameter = {
  name: 'leaveSec',
  label: 'Ends after',
  unit: 's',
  default: 1,
  min: 0,
  max: 60,
  text: 'How long the condition must be gone before the alert ends.',
};

/** Every kind of rule: names, units, defaults and bounds. Defaults follow common commercial rules. */
export const ruleDescriptions: Readonly<Record<RuleKind, RuleDescription>> = {
  intrusion: {
    kind: 'intrusion',
    label: 'Intrusion',
    text: 'Somebody stands or walks in a zone where nobody should be.',
    needsZone: true,
    parameters: [
      {
        name: 'dwellSec',
        label: 'Time in zone',
        unit: 's',
        default: 1,
        min: 0,
        max: 3600,
        text: 'How long a person must be in the zone before an alert starts.',
      },
      leaveSec,
    ],
  },
  loitering: {
    kind: 'loitering',
    label: 'Loitering',
    text: 'Somebody stays about the same place for long, or stays in the zone for very long.',
    needsZone: false,
    parameters: [
      {
        name: 'dwellSec',
        label: 'Time about one place',
        unit: 's',
        default: 30,
        min: 1,
        max: 86_400,
        text: 'How long a person must stay within the radius before an alert starts.',
      },
      {
        name: 'radiusHeights',
        label: 'Radius',
        unit: 'body heights',
        default: 3,
        min: 0.2,
        max: 50,
        text: 'How far a person may move and still count as staying about one place.',
      },
      {
        name: 'presenceSec',
        label: 'Time in zone',
        unit: 's',
        default: 60,
        min: 1,
        max: 86_400,
        text: 'How long a person may be in the zone at all, however much they move.',
      },
      { ...leaveSec, default: 2 },
    ],
  },
  running: {
    kind: 'running',
    label: 'Running',
    text: 'Somebody moves faster than people walk.',
    needsZone: false,
    parameters: [
      {
        name: 'speedHeightsPerSec',
        label: 'Speed',
        unit: 'body heights/s',
        default: 2.5,
        min: 0.2,
        max: 20,
        text: 'Speed above which a person counts as running; walking is about 0.8.',
      },
      {
        name: 'durationSec',
        label: 'For at least',
        unit: 's',
        default: 0.7,
        min: 0,
        max: 60,
        text: 'How long the speed must be kept before an alert starts.',
      },
      leaveSec,
    ],
  },
};

/** The value of a parameter: what the rule says, kept inside the bounds, or the default. */
export function ruleParam(rule: Rule, name: string): number {
  const parameter = ruleDescriptions[rule.kind].parameters.find((known) => known.name === name);
  if (parameter === undefined) throw new AppError('internal', `${rule.kind} has no parameter ${name}`);
  const value = rule.params[name] ?? parameter.default;
  return Number.isFinite(value) ? Math.min(parameter.max, Math.max(parameter.min, value)) : parameter.default;
}

/** What is wrong with the parameters of a rule, one sentence each; empty when nothing is. */
export function ruleParamProblems(kind: RuleKind, params: Readonly<Record<string, number>>): string[] {
  const { parameters } = ruleDescriptions[kind];
  return Object.entries(params).flatMap(([name, value]) => {
    const parameter = parameters.find((known) => known.name === name);
    if (parameter === undefined)
      return [`${kind} has no parameter "${name}"; it has ${parameters.map((known) => known.name).join(', ')}`];
    const fits = Number.isFinite(value) && value >= parameter.min && value <= parameter.max;
    return fits ? [] : [`${name} is ${value}; it must be ${parameter.min} to ${parameter.max} ${parameter.unit}`];
  });
}
