import { ruleDescriptions } from '#behavior/rule.js';
import type { Rule } from '../../api/types.js';

/** The first limit of a rule, which says most about it: `30 s`. */
export function limitOf(rule: Pick<Rule, 'kind' | 'params'>): string {
  const [main] = ruleDescriptions[rule.kind].parameters;
  return `${rule.params[main.name] ?? main.default} ${main.unit}`;
}
