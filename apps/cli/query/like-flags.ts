/** `posewatch query tracks --like…`: moments and movements like an example, among the tracks that the other flags leave. */
import { AppError } from '#base/errors.js';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';
import type { Database } from '#storage/database.js';
import { searchMovements } from '#storage/movement-search.js';
import { exampleAt, exampleOf, searchPoses } from '#storage/pose-search.js';
import type { PageWanted, RankedPage } from '#storage/ranked-page.js';
import { wrongField, type TrackSearch } from '#storage/track-filter.js';
import { trackId } from '#storage/track-paths.js';
import type { TrackSpan } from '#storage/track-poses.js';
import type { TrackKey } from '#storage/track-writes.js';
import { keyOf, number } from './search-flags.js';

/** At most one of the first three may be given. */
export const likeFlags = {
  'like-moment': { type: 'string' },
  'like-pose': { type: 'string' },
  'like-movement': { type: 'string' },
  'max-distance': { type: 'string' },
} as const;

/** What the flags mean. */
export const LIKE_USAGE = `  --like-moment TRACK@T           moments like that of a track at media time T, the nearest first
  --like-pose X,Y,X,Y,…           moments like this pose: ${COCO_JOINT_COUNT} joints in COCO order, y downwards, any unit; also as in the
                                  address of the page's search
  --like-movement TRACK@T1..T2    spans of tracks like that span of one, at most 30 s
  --max-distance D                leave out what is farther away: 0 the same, 0.3 unrelated (0.2; of movements 0.12)
                                  TRACK is CAMERA/EPOCH/NUMBER; media times are in microseconds, as JSON has them`;

type LikeValues = { readonly [K in keyof typeof likeFlags]?: string };

/** What to look for. Media times in microseconds. */
export type Example =
  | { readonly kind: 'moment'; readonly moment: TrackKey & { readonly ptsUs: number } }
  | { readonly kind: 'pose'; readonly vector: Int8Array }
  | { readonly kind: 'movement'; readonly span: TrackSpan };

/** An example among which tracks, and which page of what is like it. */
export interface LikeSearch extends PageWanted {
  readonly example: Example;
  readonly search: TrackSearch;
  readonly maxDistance: number | undefined;
}

/** A match, and its place as the flags take it. */
interface Match extends TrackKey {
  readonly cameraName: string;
  readonly atMs: number;
  readonly distance: number;
}

/** The example of a command line; null when none is given. @throws AppError `invalid-input` for what cannot be read. */
export function exampleIn(values: LikeValues): Example | null {
  const { 'like-moment': moment, 'like-pose': pose, 'like-movement': movement, 'max-distance': far } = values;
  const count = [moment, pose, movement].filter((each) => each !== undefined).length;
  if (count > 1)
    throw new AppError('invalid-input', 'Only one of --like-moment, --like-pose and --like-movement may be given.');
  if (count === 0 && far !== undefined)
    throw wrongField('max-distance', '--like-moment, --like-pose or --like-movement is needed with it.');
  if (moment !== undefined) {
    const [key, [ptsUs]] = placeOf('like-moment', moment, ['T']);
    return { kind: 'moment', moment: { ...key, ptsUs } };
  }
  if (movement !== undefined) {
    const [key, [fromPtsUs, toPtsUs]] = placeOf('like-movement', movement, ['T1', 'T2']);
    return { kind: 'movement', span: { ...key, fromPtsUs, toPtsUs } };
  }
  return pose === undefined ? null : { kind: 'pose', vector: exampleOf(keypointsOf(pose), 'like-pose') };
}

/** One page of what is like an example. @throws AppError `invalid-input` naming the field, `unavailable`. */
export async function searchAlike(
  database: Database,
  { example, ...wanted }: LikeSearch,
): Promise<RankedPage<Match & { readonly place: string }>> {
  if (example.kind === 'movement') {
    const page = await searchMovements(database, { example: example.span, ...wanted });
    return {
      ...page,
      rows: page.rows.map((row) => ({ ...row, place: `${trackId(row)}@${row.fromPtsUs}..${row.toPtsUs}` })),
    };
  }
  const vector = example.kind === 'pose' ? example.vector : await exampleAt(database, example.moment);
  const page = await searchPoses(database, { example: vector, ...wanted });
  return { ...page, rows: page.rows.map((row) => ({ ...row, place: `${trackId(row)}@${row.ptsUs}` })) };
}

function placeOf(flag: string, text: string, times: readonly string[]): [TrackKey, number[]] {
  const [track, ...at] = text.split('@');
  const numbers = at
    .join('@')
    .split('..')
    .map((part) => Number(part || NaN));
  if (numbers.length !== times.length || !numbers.every(Number.isSafeInteger))
    throw wrongField(
      flag,
      `"${text}" is not CAMERA/EPOCH/NUMBER@${times.join('..')} with media times in microseconds.`,
    );
  return [keyOf(flag, track), numbers];
}

/** Every joint given counts as seen. */
function keypointsOf(text: string): number[] {
  const numbers = text.split(/[,_]/).map((part) => number('like-pose', part));
  if (numbers.length !== 2 * COCO_JOINT_COUNT)
    throw wrongField('like-pose', `${numbers.length} numbers are given; ${2 * COCO_JOINT_COUNT} are needed.`);
  return Array.from({ length: COCO_JOINT_COUNT }, (_, at) => [numbers[2 * at], numbers[2 * at + 1], 1]).flat();
}
