import type { z } from 'zod';

/** One line about a wrong field: its name, its value, and what it may be. `root` is the value that was checked. */
export function issueText(issue: z.core.$ZodIssue, root: unknown): string {
  const name = issue.path.join('.');
  switch (issue.code) {
    case 'unrecognized_keys':
      return `${name === '' ? '' : `${name}: `}there is no field ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
    case 'invalid_value':
      return `${name}: ${shown(root, issue.path)}; it is one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      return `${name}: ${shown(root, issue.path)}; it is one of ${allowed(issue)}`;
    case 'invalid_type':
      return `${name}: ${shown(root, issue.path)}; a value of type ${issue.expected} is needed`;
    case 'invalid_format':
      return `${name}: ${shown(root, issue.path)} ${issue.message}`;
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'not_multiple_of':
    case 'too_big':
    case 'too_small':
      return `${name}: ${shown(root, issue.path)}; ${issue.message}`;
  }
}

function allowed(issue: z.core.$ZodIssueInvalidUnion): string {
  return 'options' in issue && Array.isArray(issue.options) ? issue.options.map(String).join(', ') : issue.message;
}

/** The value at a path as JSON, short; "missing" where there is none. */
function shown(root: unknown, path: readonly PropertyKey[]): string {
  let value = root;
  for (const key of path)
    value =
      typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
