/** Pages of a list that is ranked anew for each request: the nearest first, ties by track. */
import { readCursor, writeCursor } from './cursor.js';
import { wrongField } from './track-filter.js';
import { trackId } from './track-paths.js';
import type { Total } from './track-search.js';
import type { TrackKey } from './track-writes.js';

/** One page of matches. `total` is `at-least` where the search ended before it had compared everything near. */
export interface RankedPage<Match> {
  readonly rows: readonly Match[];
  readonly nextCursor: string | null;
  readonly total: Total;
}

/** Which page is wanted: after the last row of the one before. */
export interface PageWanted {
  readonly cursor?: string | undefined;
  readonly limit: number;
}

interface Ranked extends TrackKey {
  readonly distance: number;
}

/** @throws AppError `invalid-input` naming `limit`, `maxDistance` or `cursor`: before any work is done. */
export function checkPage(wanted: PageWanted & { readonly maxDistance?: number | undefined }, most: number): void {
  const { cursor, limit, maxDistance = 0 } = wanted;
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    throw wrongField('limit', `${limit} is not a whole number from 1 to ${most}.`);
  if (!(maxDistance >= 0 && maxDistance <= 1))
    throw wrongField('maxDistance', `${maxDistance} is not a number from 0 to 1.`);
  if (cursor !== undefined) readCursor(cursor, ['number', 'string']);
}

/** The rows after the cursor. The same search gives the same ranks as long as no track near its example comes or goes. */
export function rankedPage<Match extends Ranked>(
  matches: readonly Match[],
  { cursor, limit }: PageWanted,
  isCut: boolean,
): RankedPage<Match> {
  const ranked = matches.toSorted(byRank);
  const [distance, id] = cursor === undefined ? [-1, ''] : readCursor(cursor, ['number', 'string']);
  const rest = ranked.filter((match) => match.distance > Number(distance) || isTiedAfter(match, { distance, id }));
  const rows = rest.slice(0, limit);
  const last = rows.at(-1);
  const nextCursor = rest.length > limit && last !== undefined ? writeCursor([last.distance, trackId(last)]) : null;
  return { rows, nextCursor, total: { value: ranked.length, relation: isCut ? 'at-least' : 'exact' } };
}

/** Nearest first, ties by track. */
export function byRank(a: Ranked, b: Ranked): number {
  return a.distance - b.distance || (trackId(a) < trackId(b) ? -1 : 1);
}

function isTiedAfter(
  match: Ranked,
  after: { readonly distance: string | number; readonly id: string | number },
): boolean {
  return match.distance === after.distance && trackId(match) > String(after.id);
}
