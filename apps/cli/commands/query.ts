import { AppError, asAppError } from '#base/errors.js';
import { frameTimeline } from '#media/frame-timeline.js';
import type { Database } from '#storage/database.js';
import type { EventRow } from '#storage/event-queries.js';
import { searchEvents } from '#storage/event-search.js';
import { trackExport, trackFormats, type TrackFormat } from '#storage/track-exports.js';
import type { TrackSearch } from '#storage/track-filter.js';
import { searchTracks, type FoundTrack, type Total, type TrackPage } from '#storage/track-search.js';
import type { Command, CommandIo } from '../command.js';
import { parseFlags } from '../internal/arguments.js';
import { withSystem, type Connected } from '../internal/connected.js';
import { writeWhole } from '../internal/whole-file.js';
import { eventExport, eventFormats, shownEvent, type EventFormat } from '../query/event-exports.js';
import { exampleIn, LIKE_USAGE, likeFlags, searchAlike, type Example, type LikeSearch } from '../query/like-flags.js';
import { given, inFlags, SEARCH_USAGE, searchFlags, searchOf } from '../query/search-flags.js';

const usage = `posewatch query tracks [FILTERS] [--limit N] [--cursor C] [--json]
posewatch query tracks [FILTERS] --like-moment|--like-pose|--like-movement EXAMPLE [--max-distance D] [--limit N]
                      [--cursor C] [--json]
posewatch query tracks [FILTERS] --format ${trackFormats.join('|')} [--out FILE]
posewatch query events [FILTERS] [--limit N] [--cursor C] [--json]
posewatch query events [FILTERS] --format ${eventFormats.join('|')} [--out FILE]

  Searches the system that runs on the data folder (--data DIR). Newest first; --limit is 50 unless told, 500 at most.
  --format writes everything that matches, to stdout or a file. posetrack, coco and mot hold the poses of one camera's
  run, with the frame numbers of the recording or imported file (MOT counts from 1); those of a live camera, which has
  none, are counted from its first stored pose on.

${SEARCH_USAGE}

${LIKE_USAGE}

  JSON: tracks[…], events[…] or matches[…], total, nextCursor (for --cursor; null on the last page)`;

const flags = {
  ...searchFlags,
  ...likeFlags,
  data: { type: 'string' },
  json: { type: 'boolean', default: false },
  limit: { type: 'string' },
  cursor: { type: 'string' },
  format: { type: 'string' },
  out: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseFlags<typeof flags>>['values'];

interface Request {
  readonly values: Values;
  readonly search: TrackSearch;
  readonly example: Example | null;
  readonly page: { readonly cursor: string | undefined; readonly limit: number };
  readonly io: CommandIo;
}

const time = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

function trackLine(track: FoundTrack): string {
  const { cameraId, epoch, trackNo, cameraName, startMs, endMs, maxSpeed, postures } = track;
  const seconds = ((endMs - startMs) / 1000).toFixed(1);
  return `${time(startMs)}  ${cameraId}/${epoch}/${trackNo}  ${cameraName}  ${seconds} s  ${maxSpeed.toFixed(1)} heights/s  ${postures.join(', ')}`;
}

function eventLine({ id, startMs, kind, camera, why }: EventRow): string {
  return `${time(startMs)}  ${id}  ${camera.name}  ${kind}: ${why}`;
}

const relations: Readonly<Record<Total['relation'], string>> = {
  exact: '',
  'at-least': 'more than ',
  'at-most': 'at most ',
};

async function tracks({ database }: Connected, { values, search, example, page, io }: Request): Promise<void> {
  if (example !== null) {
    const maxDistance = given('max-distance', values['max-distance']);
    await alike(database, { example, search, maxDistance, ...page }, { values, io });
    return;
  }
  const format = formatOf(values.format, trackFormats);
  if (format !== null) {
    await write(values.out, trackExport(database, search, { format, readFrameTimes: frameTimes(io) }), io);
    return;
  }
  const { rows, total, nextCursor } = await fullPage(database, { search, page, io });
  const told = `${rows.length} shown of ${relations[total.relation]}${total.value} tracks.${further(nextCursor)}`;
  io.out(values.json ? JSON.stringify({ tracks: rows, total, nextCursor }) : [...rows.map(trackLine), told].join('\n'));
}

/** As many as are asked for: one page on a zone or line may hold fewer, or nobody, although more follow. */
async function fullPage(
  database: Database,
  { search, page, io }: Pick<Request, 'search' | 'page' | 'io'>,
): Promise<TrackPage> {
  const first = await searchTracks(database, search, page);
  const rows = [...first.rows];
  let { nextCursor } = first;
  while (nextCursor !== null && rows.length < page.limit) {
    io.signal.throwIfAborted();
    const more = await searchTracks(database, search, { cursor: nextCursor, limit: page.limit - rows.length });
    rows.push(...more.rows);
    nextCursor = more.nextCursor;
  }
  const isAll = page.cursor === undefined && nextCursor === null;
  return { rows, nextCursor, total: isAll ? { value: rows.length, relation: 'exact' } : first.total };
}

function further(nextCursor: string | null): string {
  return nextCursor === null ? '' : ` For more: --cursor ${nextCursor}`;
}

async function alike(
  database: Database,
  wanted: LikeSearch,
  { values, io }: Pick<Request, 'values' | 'io'>,
): Promise<void> {
  const { rows, total, nextCursor } = await searchAlike(database, wanted);
  const lines = rows.map(
    ({ atMs, place, cameraName, distance }) => `${time(atMs)}  ${place}  ${cameraName}  ${distance.toFixed(3)}`,
  );
  const told = `${rows.length} shown of ${relations[total.relation]}${total.value} matches.${further(nextCursor)}`;
  io.out(values.json ? JSON.stringify({ matches: rows, total, nextCursor }) : [...lines, told].join('\n'));
}

async function events({ database }: Connected, { values, search, page, io }: Request): Promise<void> {
  const format = formatOf(values.format, eventFormats);
  if (format !== null) {
    await write(values.out, eventExport(database, search, format), io);
    return;
  }
  const { rows, total, nextCursor } = await searchEvents(database, search, page);
  const told = `${rows.length} shown of ${total} events.${further(nextCursor)}`;
  const json = { events: rows.map(shownEvent), total: { value: total, relation: 'exact' }, nextCursor };
  io.out(values.json ? JSON.stringify(json) : [...rows.map(eventLine), told].join('\n'));
}

/** The frames of a recording, as its container lists them. */
function frameTimes({ signal }: CommandIo) {
  return async (file: string): Promise<Float64Array> => (await frameTimeline(file, signal)).ptsUs;
}

function formatOf<T extends TrackFormat | EventFormat>(text: string | undefined, known: readonly T[]): T | null {
  if (text === undefined) return null;
  const format = known.find((each) => each === text);
  if (format === undefined) throw new AppError('invalid-input', `--format "${text}" is none of ${known.join(', ')}.`);
  return format;
}

async function write(file: string | undefined, pieces: AsyncIterable<string>, io: CommandIo): Promise<void> {
  if (file !== undefined) {
    await writeWhole(file, pieces, io.signal);
    io.progress(`${file} is written.`);
    return;
  }
  // `out` ends each text with a line break; pieces end lines where they want to.
  let rest = '';
  for await (const piece of pieces) {
    io.signal.throwIfAborted();
    const text = rest + piece;
    const end = text.lastIndexOf('\n');
    if (end >= 0) io.out(text.slice(0, end));
    rest = text.slice(end + 1);
  }
  if (rest !== '') io.out(rest);
}

/** @throws AppError `invalid-input` for flags that do not go with each other. */
function checkTogether(values: Values, isMisplaced: boolean): void {
  const { json, format, out } = values;
  if (json && format !== undefined) throw new AppError('invalid-input', '--json and --format exclude each other.');
  if (out !== undefined && format === undefined) throw new AppError('invalid-input', '--out needs --format.');
  if (isMisplaced || (format !== undefined && Object.keys(likeFlags).some((flag) => flag in values)))
    throw new AppError('invalid-input', 'The --like… flags are for tracks, without --format.');
}

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values, positionals } = parseFlags(args, flags, { atMost: 1 });
  const work = { tracks, events }[positionals.at(0) ?? ''];
  if (work === undefined) throw new AppError('invalid-input', 'Say what to look for: tracks or events.');
  const { limit = '50', cursor } = values;
  try {
    const example = exampleIn(values);
    checkTogether(values, example !== null && work !== tracks);
    const page = { cursor, limit: Number(limit) };
    const request: Request = { values, search: searchOf(values), example, page, io };
    await withSystem(io, values.data, (connected) => work(connected, request));
  } catch (thrown) {
    throw inFlags(asAppError(thrown));
  }
}

/** `posewatch query`: searches stored tracks and events. */
export const query: Command = { name: 'query', summary: 'search stored tracks and events', usage, run };
