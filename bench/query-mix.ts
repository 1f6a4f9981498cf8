import type { Random } from '#base/random.js';
import type { TrackSearch } from '#storage/track-filter.js';
import { cameraId, DAY_MS, SITE_CAMERAS, SITE_DAYS, SITE_START_MS, zoneOf } from './generated-site.js';

/** Kinds of search that people make of a month: the usual ones, very wide ones, rare matches and none at all. */
export type SearchKinds = Readonly<Record<string, () => TrackSearch>>;

const HOUR_MS = 3_600_000;

/** What a search is about: another camera and another time at every call. */
interface Subjects {
  readonly camera: () => number;
  readonly ofCamera: () => { readonly cameraIds: readonly string[] };
  /** In the day, when there is something to be found. */
  readonly span: (lengthMs: number) => { readonly fromMs: number; readonly toMs: number };
  readonly whole: (most: number) => number;
}

/** One search of each kind at every call. */
export function searchKinds(random: Random): SearchKinds {
  const whole = (most: number): number => Math.floor(random() * most);
  // Busy cameras are looked at more often, too.
  const camera = (): number => Math.floor(SITE_CAMERAS * random() ** 2);
  const span = (lengthMs: number): { fromMs: number; toMs: number } => {
    const fromMs = SITE_START_MS + whole(SITE_DAYS - 1) * DAY_MS + (7 + 12 * random()) * HOUR_MS;
    return { fromMs, toMs: fromMs + lengthMs };
  };
  const subjects = { camera, ofCamera: () => ({ cameraIds: [cameraId(camera())] }), span, whole };
  return { ...byTime(subjects), ...byConduct(subjects), ...byPlace(subjects), ...ofNobody(subjects) };
}

function byTime({ ofCamera, span, whole }: Subjects): SearchKinds {
  return {
    everything: () => ({}),
    camera: () => ofCamera(),
    'some cameras': () => ({ cameraIds: [0, 5, 10].map((first) => cameraId(first + whole(5))) }),
    minute: () => span(60_000),
    'day of a camera': () => ({ ...span(DAY_MS), ...ofCamera() }),
    'last week': () => ({ fromMs: SITE_START_MS + (SITE_DAYS - 7) * DAY_MS }),
    'until a day': () => ({ toMs: SITE_START_MS + whole(SITE_DAYS) * DAY_MS, ...ofCamera() }),
    'long stays': () => ({ minDurationSec: 60 }),
    'short stays of a day': () => ({ maxDurationSec: 2, ...span(DAY_MS) }),
  };
}

function byConduct({ camera, ofCamera, span, whole }: Subjects): SearchKinds {
  return {
    lying: () => ({ postures: ['lying'] }),
    'arms raised in a day': () => ({ postures: ['arms-raised'], ...span(DAY_MS) }),
    'fast in a day': () => ({ minSpeed: 1, ...span(DAY_MS) }),
    'fast at a camera': () => ({ minSpeed: 1.1, ...ofCamera() }),
    slow: () => ({ maxSpeed: 0.05, ...ofCamera() }),
    'four together': () => ({ minTogether: 4, ...ofCamera() }),
    'eleven together': () => ({ minTogether: 11 }),
    'running alert': () => ({ eventKind: 'running' }),
    'any alert in a day of a camera': () => ({ eventKind: 'any', ...span(DAY_MS), ...ofCamera() }),
    track: () => ({ track: { cameraId: cameraId(camera()), epoch: 1, trackNo: 1 + whole(3000) } }),
    'many conditions': () => ({
      ...{ ...ofCamera(), ...span(10 * HOUR_MS), postures: ['standing'] },
      ...{ minTogether: 2, minDurationSec: 5, minSpeed: 0.3 },
    }),
  };
}

function byPlace({ camera, ofCamera, span }: Subjects): SearchKinds {
  return {
    'in a zone': () => ({ zoneId: zoneOf(camera()) }),
    'long in a zone': () => ({ zoneId: zoneOf(camera()), minDwellSec: 20, ...span(7 * DAY_MS) }),
    line: () => ({ ...ofCamera(), line: [0.5, 0, 0.5, 1] }),
    'line to the left, in an hour': () => ({
      ...{ ...ofCamera(), ...span(HOUR_MS), line: [0.3, 0.6, 0.7, 0.9], direction: 'left' },
    }),
  };
}

function ofNobody({ ofCamera }: Subjects): SearchKinds {
  return {
    'none so long': () => ({ minDurationSec: 1000 }),
    'none so fast at a camera': () => ({ minSpeed: 50, ...ofCamera() }),
    'none so slow and many': () => ({ maxSpeed: 0.01, minTogether: 12, postures: ['arms-raised'] }),
    'none before the first': () => ({ toMs: SITE_START_MS - DAY_MS }),
    'none at a line': () => ({ ...ofCamera(), line: [0, 0, 1, 0] }),
    'none in a night': () => ({ ...ofCamera(), fromMs: SITE_START_MS - HOUR_MS, toMs: SITE_START_MS }),
  };
}
