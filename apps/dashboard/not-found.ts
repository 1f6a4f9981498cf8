import { AppError } from '#base/errors.js';

/** The value, or a `not-found` failure that names what was looked for. */
export function found<T>(value: T | null, what: string, id: string): T {
  if (value !== null) return value;
  throw new AppError('not-found', `There is no ${what} ${id}; it may have been deleted.`, { details: { [what]: id } });
}
