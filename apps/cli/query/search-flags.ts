import { AppError } from '#base/errors.js';
import type { Posture } from '#pose/posture.js';
import { wrongField, type TrackSearch } from '#storage/track-filter.js';
import type { TrackKey } from '#storage/track-writes.js';

/** Flags of `posewatch query` that narrow a search; each is a field of `TrackSearch`. */
export const searchFlags = {
  camera: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  'min-duration': { type: 'string' },
  'max-duration': { type: 'string' },
  zone: { type: 'string' },
  'min-dwell': { type: 'string' },
  line: { type: 'string' },
  direction: { type: 'string' },
  'min-speed': { type: 'string' },
  'max-speed': { type: 'string' },
  posture: { type: 'string', multiple: true },
  together: { type: 'string' },
  event: { type: 'string' },
  track: { type: 'string' },
} as const;

/** What the flags mean. */
export const SEARCH_USAGE = `  --camera ID          of this camera or video; may be given several times
  --from T, --to T     there at some time from T on and before T: 2026-11-21T14:00:00Z or milliseconds since 1970
  --min-duration S, --max-duration S      seconds
  --zone ID            feet in this zone; --min-dwell S: for so long
  --line X1,Y1,X2,Y2   feet over this line, 0..1 of the picture, with one --camera; --direction left|right
  --min-speed V, --max-speed V            the fastest half second, body heights a second
  --posture P          standing, sitting, crouching, lying or arms-raised; may be given several times
  --together N         at least N people at once
  --event KIND         led to an event: intrusion, loitering, running or any
  --track CAMERA/EPOCH/NUMBER`;

/** Values of `searchFlags` as the parser gives them. */
export type SearchValues = {
  readonly [K in keyof typeof searchFlags]?: (typeof searchFlags)[K] extends { multiple: true } ? string[] : string;
};

const flagOf: Readonly<Record<string, string>> = {
  cameraId: 'camera',
  fromMs: 'from',
  toMs: 'to',
  minDurationSec: 'min-duration',
  maxDurationSec: 'max-duration',
  zoneId: 'zone',
  minDwellSec: 'min-dwell',
  minSpeed: 'min-speed',
  maxSpeed: 'max-speed',
  minTogether: 'together',
  eventKind: 'event',
  ptsUs: 'like-moment',
  fromPtsUs: 'like-movement',
  toPtsUs: 'like-movement',
  maxDistance: 'max-distance',
};

/** The search of a command line; ranges are checked by whoever searches. @throws AppError `invalid-input` for text that is no number or time. */
export function searchOf(values: SearchValues): TrackSearch {
  const { direction } = values;
  if (direction !== undefined && direction !== 'left' && direction !== 'right')
    throw wrongField('direction', `"${direction}" is neither left nor right.`);
  return {
    cameraIds: values.camera,
    fromMs: time('from', values.from),
    toMs: time('to', values.to),
    minDurationSec: given('min-duration', values['min-duration']),
    maxDurationSec: given('max-duration', values['max-duration']),
    zoneId: values.zone,
    minDwellSec: given('min-dwell', values['min-dwell']),
    line: lineOf(values.line),
    direction,
    minSpeed: given('min-speed', values['min-speed']),
    maxSpeed: given('max-speed', values['max-speed']),
    postures: values.posture as Posture[] | undefined, // the search checks them and names those there are
    minTogether: given('together', values.together),
    eventKind: values.event,
    track: values.track === undefined ? undefined : keyOf('track', values.track),
  };
}

/** The same problem in words of the command line: `--from` instead of `fromMs`. */
export function inFlags(problem: AppError): AppError {
  const { field } = problem.details;
  if (problem.kind !== 'invalid-input' || typeof field !== 'string') return problem;
  const own = problem.message.replace(new RegExp(`^${field}:`), `--${flagOf[field] ?? field}`);
  const message = Object.entries(flagOf).reduce((text, [name, flag]) => text.replaceAll(name, `--${flag}`), own);
  return new AppError('invalid-input', message, { cause: problem, details: problem.details });
}

/** As `number`; undefined for a flag that is not there. */
export function given(flag: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : number(flag, text);
}

/** The number that a text is. @throws AppError `invalid-input` naming the flag. */
export function number(flag: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw wrongField(flag, `"${text}" is not a number.`);
  return value;
}

function time(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const ms = /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isNaN(ms)) throw wrongField(flag, `"${text}" is no time, such as 2026-11-21T14:00:00Z.`);
  return ms;
}

function lineOf(text: string | undefined): TrackSearch['line'] {
  if (text === undefined) return undefined;
  const numbers = text.split(',').map((part) => number('line', part));
  if (numbers.length !== 4) throw wrongField('line', `"${text}" is not X1,Y1,X2,Y2.`);
  const [x1, y1, x2, y2] = numbers;
  return [x1, y1, x2, y2];
}

/** The track that `CAMERA/EPOCH/NUMBER` names. @throws AppError `invalid-input` naming the flag. */
export function keyOf(flag: string, text: string): TrackKey {
  const match = /^([^/]+)\/(\d{1,10})\/(\d{1,10})$/.exec(text);
  if (match === null) throw wrongField(flag, `"${text}" is not CAMERA/EPOCH/NUMBER.`);
  return { cameraId: match[1], epoch: Number(match[2]), trackNo: Number(match[3]) };
}
