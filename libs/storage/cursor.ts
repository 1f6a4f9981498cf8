import { AppError } from '#base/errors.js';

/** A place in a sorted list: the sort keys of the last row of a page. Opaque to clients. */
export function writeCursor(keys: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url');
}

/** What a sort key is; an `integer` fits a column of 32 bits. */
export type CursorKey = 'string' | 'number' | 'integer';

function isKey(value: unknown, type: CursorKey): boolean {
  if (type === 'integer') return Number.isInteger(value) && Math.abs(value as number) < 2 ** 31;
  // PostgreSQL takes no NUL in a text.
  return typeof value === type && !String(value).includes('\0');
}

/**
 * The sort keys of a cursor, of the given types in order.
 * @throws AppError `invalid-input` naming `cursor` for anything `writeCursor` did not make for such a list.
 */
export function readCursor(cursor: string, types: readonly CursorKey[]): (string | number)[] {
  const refuse = (): AppError =>
    new AppError(
      'invalid-input',
      'cursor: this is not a cursor of this list; leave it out to start at the first page.',
      {
        details: { field: 'cursor' },
      },
    );
  let keys: unknown;
  try {
    keys = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    throw refuse();
  }
  const fits = Array.isArray(keys) && keys.length === types.length && types.every((type, i) => isKey(keys[i], type));
  if (!fits) throw refuse();
  return keys as (string | number)[];
}

/** One page of a list. `nextCursor` null: it is the last one. `total`: rows that match, on all pages. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly nextCursor: string | null;
  readonly total: number;
}
