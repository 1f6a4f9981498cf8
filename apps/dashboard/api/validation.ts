import { StandardSchemaValidationPipe } from '@nestjs/common';
import { AppError } from '#base/errors.js';

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

const fieldOf = (issue: Issue): string =>
  (issue.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');

/** One failure for all problems of a body or query, each with its field. */
export function refusal(issues: readonly Issue[]): AppError {
  const fields = issues.slice(0, 20).map((issue) => ({ field: fieldOf(issue), message: issue.message }));
  const text = fields.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
  return new AppError('invalid-input', text, { details: { fields } });
}

/** Parses every body, query and path value by the schema at its parameter. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({ exceptionFactory: refusal });
}
