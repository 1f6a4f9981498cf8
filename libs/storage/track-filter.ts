/** What stored tracks may be narrowed by: one type for the API, the command line and the page, checked in one place. */
import { AppError } from '#base/errors.js';
import { ruleKinds } from '#behavior/rule.js';
import { postures, type Posture } from '#pose/posture.js';
import type { TrackKey } from './track-writes.js';

/** All given conditions must hold. Times are wall clock, milliseconds. */
export interface TrackSearch {
  /** Cameras and videos; absent: all. */
  readonly cameraIds?: readonly string[] | undefined;
  /** Only tracks that were there at some time from then on … */
  readonly fromMs?: number | undefined;
  /** … and before then. */
  readonly toMs?: number | undefined;
  readonly minDurationSec?: number | undefined;
  readonly maxDurationSec?: number | undefined;
  /** The feet were in this zone. */
  readonly zoneId?: string | undefined;
  /** … for so long without leaving it for more than a second. */
  readonly minDwellSec?: number | undefined;
  /** The feet crossed this line: x1, y1, x2, y2 as 0..1 of the picture. Needs one camera. */
  readonly line?: readonly [number, number, number, number] | undefined;
  /** Towards which side, seen by somebody who looks from the first to the second end of `line`; absent: either. */
  readonly direction?: 'left' | 'right' | undefined;
  /** The fastest half second was at least, at most so fast; body heights a second. */
  readonly minSpeed?: number | undefined;
  readonly maxSpeed?: number | undefined;
  /** Held any of these. */
  readonly postures?: readonly Posture[] | undefined;
  /** At least so many people were in one of its frames, the person counted. */
  readonly minTogether?: number | undefined;
  /** Led to an event of this kind, or to `any`. */
  readonly eventKind?: string | undefined;
  readonly track?: TrackKey | undefined;
}

/** Kinds that `eventKind` may name. */
export const searchedEventKinds: readonly string[] = ['any', ...ruleKinds];

const MOST_CAMERAS = 200;
const LATEST_MS = 8.64e15;
const LARGEST_NO = 2 ** 31 - 1;

/** Bounds of the numbers of a search, both ends included. */
export const searchBounds = {
  fromMs: [-LATEST_MS, LATEST_MS],
  toMs: [-LATEST_MS, LATEST_MS],
  minDurationSec: [0, 1e8],
  maxDurationSec: [0, 1e8],
  minDwellSec: [0, 86_400],
  minSpeed: [0, 100],
  maxSpeed: [0, 100],
  minTogether: [1, 1000],
} as const;

const ranges = [
  ['fromMs', 'toMs'],
  ['minDurationSec', 'maxDurationSec'],
  ['minSpeed', 'maxSpeed'],
] as const;

/** An `invalid-input` that names the field. */
export function wrongField(field: string, problem: string): AppError {
  return new AppError('invalid-input', `${field}: ${problem}`, { details: { field } });
}

/** @throws AppError `invalid-input` naming the first field that is out of range or does not go with the others. */
export function checkTrackSearch(search: TrackSearch): void {
  checkNumbers(search);
  checkCameras(search);
  checkNames(search);
  if (search.track !== undefined) checkKey(search.track);
  checkPlace(search);
  if (search.line !== undefined) checkLine(search, search.line);
}

function checkNumbers(search: TrackSearch): void {
  for (const [field, [least, most]] of Object.entries(searchBounds)) {
    const value = search[field as keyof typeof searchBounds];
    if (value === undefined || (Number.isFinite(value) && value >= least && value <= most)) continue;
    throw wrongField(field, `${value} is not a number from ${least} to ${most}.`);
  }
  for (const [low, high] of ranges) {
    const [from, to] = [search[low], search[high]];
    if (from !== undefined && to !== undefined && from > to)
      throw wrongField(high, `${to} is less than ${low}, which is ${from}.`);
  }
}

function checkCameras({ cameraIds }: TrackSearch): void {
  if (cameraIds !== undefined && (cameraIds.length === 0 || cameraIds.length > MOST_CAMERAS))
    throw wrongField('cameraId', `${cameraIds.length} cameras are named; 1 to ${MOST_CAMERAS} may be.`);
}

function checkNames({ postures: wanted, eventKind }: TrackSearch): void {
  const strange = wanted?.find((posture) => !postures.includes(posture));
  if (strange !== undefined || wanted?.length === 0)
    throw wrongField('posture', `"${strange ?? ''}" is none of ${postures.join(', ')}.`);
  if (eventKind !== undefined && !searchedEventKinds.includes(eventKind))
    throw wrongField('eventKind', `"${eventKind}" is none of ${searchedEventKinds.join(', ')}.`);
}

function checkKey({ epoch, trackNo }: TrackKey): void {
  const strange = [epoch, trackNo].find((value) => !Number.isInteger(value) || value < 0 || value > LARGEST_NO);
  if (strange !== undefined)
    throw wrongField('track', `epoch and number are whole numbers from 0 to ${LARGEST_NO}, not ${strange}.`);
}

function checkPlace({ zoneId, minDwellSec, line, direction }: TrackSearch): void {
  if (minDwellSec !== undefined && zoneId === undefined) throw wrongField('minDwellSec', 'zoneId is needed with it.');
  if (direction !== undefined && line === undefined) throw wrongField('direction', 'line is needed with it.');
}

function checkLine({ cameraIds, zoneId }: TrackSearch, line: NonNullable<TrackSearch['line']>): void {
  const [x1, y1, x2, y2] = line;
  if (line.some((value) => !(value >= 0 && value <= 1)))
    throw wrongField('line', `${line.join(', ')} are not four numbers from 0 to 1: x1, y1, x2, y2.`);
  if (x1 === x2 && y1 === y2) throw wrongField('line', 'its two ends are the same point.');
  if (cameraIds?.length !== 1 && zoneId === undefined) throw wrongField('cameraId', 'a line needs one camera.');
}
