import type { z } from 'zod';

/** One line about a wrong field: its name, its value, and what it may be. `root` is the value that was checked. */
export function issueText(issue: z.core.$ZodIssue, root: unknown): string {
  const name = issue.path.join('.');
  if (issue.code === 'unrecognized_keys')
    return `${name === '' ? '' : `${name}: `}there is no field ${issue.keys.map((key) => `"${key}"`).join(', ')}`;
  return `${name}: ${shown(root, issue.path)}${wanted(issue)}`;
}

function wanted(issue: Exclude<z.core.$ZodIssue, z.core.$ZodIssueUnrecognizedKeys>): string {
  if (issue.code === 'invalid_value') return `; it is one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_union') return `; it is one of ${allowed(issue)}`;
  if (issue.code === 'invalid_type') return `; a value of type ${issue.expected} is needed`;
  return issue.code === 'invalid_format' ? ` ${issue.message}` : `; ${issue.message}`;
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
