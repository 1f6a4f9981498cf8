import type { Database } from '#storage/database.js';
import type { EventRow } from '#storage/event-queries.js';
import { searchEvents } from '#storage/event-search.js';
import { csvField } from '#storage/track-exports.js';
import type { TrackSearch } from '#storage/track-filter.js';

/** Formats of `--format`. */
export const eventFormats = ['json', 'csv'] as const;

export type EventFormat = (typeof eventFormats)[number];

const PAGE = 500;

/** An event without what only the program itself needs, such as a camera's sealed password. */
export function shownEvent(event: EventRow) {
  const { id, kind, cameraId, epoch, trackNo, startMs, endMs, measure, why, zoneId, zoneName, ruleId } = event;
  return {
    ...{ id, kind, cameraId, cameraName: event.camera.name, epoch, trackNo, startMs, endMs },
    startPtsUs: Number(event.startPtsUs),
    ...{ ruleId, ruleName: event.rule.name, zoneId, zoneName, measure, why },
    acknowledgedAtMs: event.acknowledgedAt?.getTime() ?? null,
  };
}

/** Every event that matches, piece by piece. */
export async function* eventExport(
  database: Database,
  search: TrackSearch,
  format: EventFormat,
): AsyncGenerator<string> {
  const columns = [
    'id',
    'kind',
    'cameraId',
    'cameraName',
    'epoch',
    'trackNo',
    'startMs',
    'endMs',
    'zoneName',
    'why',
  ] as const;
  yield format === 'json' ? '{"events":[' : `${columns.join(',')}\r\n`;
  let before = '\n';
  for (let cursor: string | undefined; ;) {
    const page = await searchEvents(database, search, { cursor, limit: PAGE });
    for (const event of page.rows.map(shownEvent)) {
      yield format === 'json'
        ? `${before}${JSON.stringify(event)}`
        : `${columns.map((column) => csvField(event[column] ?? '')).join(',')}\r\n`;
      before = ',\n';
    }
    if (page.nextCursor === null) break;
    cursor = page.nextCursor;
  }
  if (format === 'json') yield '\n]}\n';
}
