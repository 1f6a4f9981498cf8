import type { SearchTotal } from '../../../api/types.js';

/** How many match, as far as that was counted: `12`, `more than 10,000`, `at most 7`. */
export function countWords({ value, relation }: SearchTotal): string {
  const count = value.toLocaleString();
  if (relation === 'at-least') return `more than ${count}`;
  return relation === 'at-most' ? `at most ${count}` : count;
}
