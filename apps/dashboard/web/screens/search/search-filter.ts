/** What the address of the search screen holds, and the request that it means. */
import { ruleKinds } from '#behavior/rule.js';
import { postures } from '#pose/posture.js';
import type { SearchQuery } from '../../api/calls.js';
import { spanOfRange } from '../tracks/time-ranges.js';

/** The conditions of the API under their own names, and what only the page knows. Also what the sentence of the screen says. */
export interface PeopleSearch extends Readonly<SearchQuery> {
  /** A named range of time, or `custom` with `fromMs` and `toMs`. */
  readonly range?: string | undefined;
  /** A moment to look for elsewhere: `CAMERA/EPOCH/NUMBER/MEDIA TIME µs`. */
  readonly like?: string | undefined;
  /** A movement to look for elsewhere: `CAMERA/EPOCH/NUMBER/FROM/TO`, media time in µs. */
  readonly move?: string | undefined;
  /** A body to look for, see `writeBody`. */
  readonly pose?: string | undefined;
}

/** A stored track. */
export interface TrackName {
  readonly cameraId: string;
  readonly epoch: number;
  readonly trackNo: number;
}

/** A moment of a stored track. */
export interface TrackMoment extends TrackName {
  /** Media time, microseconds. */
  readonly ptsUs: number;
}

/** A span of a stored track; media time, microseconds. */
export interface TrackMovement extends TrackName {
  readonly fromPtsUs: number;
  readonly toPtsUs: number;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;
const texts = (value: unknown): string | string[] | undefined => {
  const all = (Array.isArray(value) ? value : [value]).map(text).filter((each) => each !== undefined);
  return all.length < 2 ? all.at(0) : all;
};

/** How each condition is read from an address: every one that the API has, or this does not compile. */
const conditions: { readonly [Field in keyof Required<SearchQuery>]: (value: unknown) => SearchQuery[Field] } = {
  cameraId: texts,
  fromMs: number,
  toMs: number,
  minDurationSec: number,
  maxDurationSec: number,
  zoneId: text,
  minDwellSec: number,
  line: text,
  direction: (value) => (['left', 'right'] as const).find((side) => side === value),
  minSpeed: number,
  maxSpeed: number,
  posture: (value) => {
    const held = postures.filter((posture) => [value].flat().includes(posture));
    return held.length < 2 ? held.at(0) : held;
  },
  minTogether: number,
  eventKind: (value) => (['any', ...ruleKinds] as const).find((kind) => kind === value),
  track: text,
};

/** What is known of an address; anything strange in it is left out, ranges are the server's to check. */
export function parsePeopleSearch(search: Readonly<Record<string, unknown>>): PeopleSearch {
  const known = Object.entries(conditions).map(([field, read]) => [field, read(search[field])] as const);
  return {
    ...(Object.fromEntries(known) as SearchQuery),
    range: text(search.range),
    like: text(search.like),
    move: text(search.move),
    pose: text(search.pose),
  };
}

/** The request for a filter, named times ending at `nowMs`; holds only what is asked for and goes together. */
export function queryOf(filter: PeopleSearch, nowMs: number): SearchQuery {
  const { range, fromMs: from, toMs: to, zoneId, minDwellSec, line, direction } = filter;
  const span = spanOfRange({ range, from, to }, nowMs);
  const isEndless = span.toMs === undefined && span.fromMs !== undefined;
  const all: Readonly<Record<string, unknown>> = {
    ...looksLike(filter),
    range: undefined,
    fromMs: span.fromMs,
    // With both ends the index of the store finds a span much faster.
    toMs: isEndless && range !== 'custom' ? nowMs : span.toMs,
    minDwellSec: zoneId === undefined ? undefined : minDwellSec,
    direction: line === undefined ? undefined : direction,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The cameras and videos that are named; none: all of them. */
export function camerasOf({ cameraId }: PeopleSearch): readonly string[] {
  return cameraId === undefined ? [] : [cameraId].flat();
}

/** The same conditions without anything to look like, or with something else. */
export function looksLike(
  search: PeopleSearch,
  example: Pick<PeopleSearch, 'like' | 'move' | 'pose'> = {},
): PeopleSearch {
  return { ...search, like: undefined, move: undefined, pose: undefined, ...example };
}

/** True when something is asked for but what to look like. */
export function isNarrowed(filter: PeopleSearch): boolean {
  return Object.entries(looksLike(filter)).some(([, value]) => value !== undefined && value !== 'all');
}

/** The text of a moment in the address. */
export function writeMoment({ cameraId, epoch, trackNo, ptsUs }: TrackMoment): string {
  return `${cameraId}/${epoch}/${trackNo}/${Math.round(ptsUs)}`;
}

/** The moment of an address; null when it is none. */
export function readMoment(like: string | undefined): TrackMoment | null {
  const match = /^([\w.-]+)\/(\d{1,10})\/(\d{1,10})\/(\d{1,16})$/.exec(like ?? '');
  if (match === null) return null;
  return { cameraId: match[1], epoch: Number(match[2]), trackNo: Number(match[3]), ptsUs: Number(match[4]) };
}

/** The text of a movement in the address. */
export function writeMovement({ fromPtsUs, toPtsUs, ...track }: TrackMovement): string {
  return `${writeMoment({ ...track, ptsUs: fromPtsUs })}/${Math.round(toPtsUs)}`;
}

/** The movement of an address; null when it is none. */
export function readMovement(move: string | undefined): TrackMovement | null {
  const match = /^(.*)\/(\d{1,16})$/.exec(move ?? '');
  const from = match === null ? null : readMoment(match[1]);
  if (match === null || from === null) return null;
  const { ptsUs: fromPtsUs, ...track } = from;
  return { ...track, fromPtsUs, toPtsUs: Number(match[2]) };
}
