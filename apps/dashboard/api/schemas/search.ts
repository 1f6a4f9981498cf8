import { z } from 'zod';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';
import { KEYPOINT_STRIDE } from '#pose/pose.js';
import { postures } from '#pose/posture.js';
import { SKELETON_WORDS } from '#storage/pose-search.js';
import { trackFormats } from '#storage/track-exports.js';
import { searchBounds, searchedEventKinds } from '#storage/track-filter.js';
import { idParam, paging } from './common.js';
import { trackView } from './tracks.js';

/** A number of a search within its bounds, from the text of a query or from JSON. */
function bounded(field: keyof typeof searchBounds, description: string) {
  const [least, most] = searchBounds[field];
  return z.coerce.number().min(least).max(most).optional().describe(description);
}

/** One value or several: `posture=lying&posture=sitting` in a query, a list in JSON. */
function oneOrMore<T extends z.ZodType>(value: T, error: string) {
  return z.union([value.transform((one) => [one]), z.array(value)], { error }).optional();
}

const LARGEST_NO = 2 ** 31 - 1;
const lineEnds = /^[\d.]+(,[\d.]+){3}$/;

const trackName = z
  .string()
  .regex(/^[\w.-]{1,200}\/\d{1,10}\/\d{1,10}$/, 'must be CAMERA/EPOCH/NUMBER')
  .transform((text) => {
    const [cameraId, epoch, trackNo] = text.split('/');
    return { cameraId, epoch: Number(epoch), trackNo: Number(trackNo) };
  });

const line = z
  .string()
  .regex(lineEnds, 'must be x1,y1,x2,y2, each 0..1 of the picture')
  .transform((text): readonly [number, number, number, number] => {
    const [x1, y1, x2, y2] = text.split(',').map(Number);
    return [x1, y1, x2, y2];
  });

/** Conditions of a search: see `TrackSearch` of `libs/storage/track-filter.ts`. */
const conditions = {
  cameraId: oneOrMore(idParam, 'must be ids of letters, digits, dots, dashes').describe(
    'Cameras and videos; may be given several times.',
  ),
  fromMs: bounded('fromMs', 'There at some time from then on (wall clock ms) …'),
  toMs: bounded('toMs', '… and before then.'),
  minDurationSec: bounded('minDurationSec', 'Seen for at least so long.'),
  maxDurationSec: bounded('maxDurationSec', 'Seen for at most so long.'),
  zoneId: idParam.optional().describe('Feet in this zone …'),
  minDwellSec: bounded('minDwellSec', '… for so long at a stretch.'),
  line: line.optional().describe('Feet over this line: x1,y1,x2,y2 as 0..1 of the picture. Needs one camera.'),
  direction: z.enum(['left', 'right']).optional().describe('Towards which side of the line, seen from its first end.'),
  minSpeed: bounded('minSpeed', 'The fastest half second was at least so fast, body heights a second.'),
  maxSpeed: bounded('maxSpeed', 'The fastest half second was at most so fast, body heights a second.'),
  posture: oneOrMore(z.enum(postures), `must be any of ${postures.join(', ')}`).describe('Held any of these.'),
  minTogether: bounded('minTogether', 'At least so many people at once, the person counted.'),
  eventKind: z.enum(searchedEventKinds).optional().describe('Led to an event of this kind, or to any.'),
  track: trackName.optional().describe('Only this track: CAMERA/EPOCH/NUMBER.'),
};

const searchFilter = z.strictObject(conditions);

export type SearchFilter = z.output<typeof searchFilter>;

export const searchTracksQuery = z.strictObject({ ...conditions, ...paging });

export type SearchTracksQuery = z.output<typeof searchTracksQuery>;

const stay = z.object({ startPtsUs: z.number(), endPtsUs: z.number() });

const crossing = z.object({ ptsUs: z.number(), direction: z.enum(['left', 'right']) });

/** `at-least`: counting ended there. `at-most`: ways over zone or line are tested page by page. */
const relation = z.enum(['exact', 'at-least', 'at-most']);

const total = z.object({ value: z.int(), relation });

const foundTrack = trackView
  .extend({
    /** Body heights. */
    distance: z.number(),
    closed: z.boolean(),
    postures: z.array(z.enum(postures)),
    /** Most people in one of its frames. */
    together: z.int(),
    /** In the zone of the search; media time, µs. */
    stays: z.array(stay),
    /** Over the line of the search. */
    crossings: z.array(crossing),
  })
  .meta({ id: 'FoundTrack' });

export const searchTracksAnswer = z
  .object({
    tracks: z.array(foundTrack),
    nextCursor: z.string().nullable(),
    total,
  })
  .meta({ id: 'SearchTracksAnswer' });

export type SearchTracksAnswer = z.infer<typeof searchTracksAnswer>;

export const densityQuery = z.strictObject({
  ...conditions,
  buckets: z.coerce.number().int().min(1).max(2000).default(100).describe('How many equal spans of time.'),
});

export type DensityQuery = z.output<typeof densityQuery>;

export const densityAnswer = z
  .object({
    /** Start of the first bucket, wall clock ms. */
    fromMs: z.number(),
    bucketMs: z.number(),
    /** A track counts in every bucket it was there in. */
    counts: z.array(z.int()),
    relation,
  })
  .meta({ id: 'SearchDensity' });

export type DensityAnswer = z.infer<typeof densityAnswer>;

export const exportQuery = z.strictObject({
  ...conditions,
  format: z.enum(trackFormats).describe('`posetrack`, `coco` and `mot` hold one run of one camera.'),
});

export type ExportQuery = z.output<typeof exportQuery>;

/** What an export would hold. */
export const exportExtent = z.object({ tracks: z.int(), poses: z.int() }).meta({ id: 'ExportExtent' });

export type ExportExtent = z.infer<typeof exportExtent>;

const whole = z.int().min(0).max(LARGEST_NO);

const moment = z.strictObject({ cameraId: idParam, epoch: whole, trackNo: whole, ptsUs: z.int() });

export const similarRequest = z
  .strictObject({
    moment: moment.optional().describe('Like this moment of a stored track …'),
    keypoints: z
      .array(z.number())
      .length(COCO_JOINT_COUNT * KEYPOINT_STRIDE, SKELETON_WORDS)
      .optional()
      .describe('… or like this pose: 17 × (x, y downwards, score 0..1) in COCO order, any unit.'),
    filter: searchFilter.default({}).describe('Only among tracks that match.'),
    limit: z.int().min(1).max(200).default(24).describe('Most matches of a page: the best moment of each track.'),
    cursor: paging.cursor,
    maxDistance: z.number().min(0).max(1).default(0.2).describe('0 is the same pose, 0.3 an unrelated one.'),
  })
  .refine(({ moment: one, keypoints }) => (one === undefined) !== (keypoints === undefined), {
    path: ['moment'],
    error: 'give either moment or keypoints',
  })
  .meta({ id: 'SimilarRequest' });

export type SimilarRequest = z.output<typeof similarRequest>;

const poseMatch = z
  .object({
    cameraId: z.string(),
    cameraName: z.string(),
    epoch: z.int(),
    trackNo: z.int(),
    ptsUs: z.int(),
    /** Wall clock, milliseconds since 1970. */
    atMs: z.number(),
    /** 0 the same, 0.05 hard to tell apart. */
    distance: z.number(),
  })
  .meta({ id: 'PoseMatch' });

/** Exact, or `at-least` where the search ended before it had compared everything near. */
const ranked = { nextCursor: z.string().nullable(), total };

export const similarAnswer = z.object({ matches: z.array(poseMatch), ...ranked }).meta({ id: 'SimilarAnswer' });

export type SimilarAnswer = z.infer<typeof similarAnswer>;

export const movementsRequest = z
  .strictObject({
    movement: z
      .strictObject({ cameraId: idParam, epoch: whole, trackNo: whole, fromPtsUs: z.int(), toPtsUs: z.int() })
      .describe('Like this span of a stored track, at most 30 seconds of media time (µs), its own track included.'),
    filter: searchFilter.default({}).describe('Only among tracks that match.'),
    limit: z.int().min(1).max(50).default(24).describe('Most matches of a page: the best span of each track.'),
    cursor: paging.cursor,
    maxDistance: z.number().min(0).max(1).default(0.12).describe('Mean over its poses: 0 is the same movement.'),
  })
  .meta({ id: 'MovementsRequest' });

export type MovementsRequest = z.output<typeof movementsRequest>;

const movementMatch = poseMatch
  .omit({ ptsUs: true })
  .extend({ fromPtsUs: z.int(), toPtsUs: z.int() })
  .meta({ id: 'MovementMatch' });

export const movementsAnswer = z.object({ matches: z.array(movementMatch), ...ranked }).meta({ id: 'MovementsAnswer' });

export type MovementsAnswer = z.infer<typeof movementsAnswer>;
