/** What the address of the search screen holds, and the request that it means. */
import { ruleKinds, type RuleKind } from '#behavior/rule.js';
import { postures, type Posture } from '#pose/posture.js';
import type { SearchQuery } from '../../api/calls.js';
import { spanOfRange } from '../tracks/time-ranges.js';

/** Conditions of a search for people, all optional. Also what the sentence of the screen says. */
export interface PeopleSearch {
  /** Id of a camera or video. */
  readonly camera?: string | undefined;
  /** A named range, or `custom` with `from` and `to` in milliseconds since 1970. */
  readonly range?: string | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly posture?: Posture | undefined;
  readonly zone?: string | undefined;
  /** Seconds in the zone. */
  readonly dwell?: number | undefined;
  /** Body heights a second. */
  readonly minSpeed?: number | undefined;
  readonly maxSpeed?: number | undefined;
  /** People at once. */
  readonly together?: number | undefined;
  /** A kind of alert, or `any`. */
  readonly event?: RuleKind | 'any' | undefined;
  /** Seconds. */
  readonly minDuration?: number | undefined;
  readonly maxDuration?: number | undefined;
  /** A moment to look for elsewhere: `CAMERA/EPOCH/NUMBER/MEDIA TIME µs`. */
  readonly like?: string | undefined;
}

/** A moment of a stored track. */
export interface TrackMoment {
  readonly cameraId: string;
  readonly epoch: number;
  readonly trackNo: number;
  /** Media time, microseconds. */
  readonly ptsUs: number;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
const number = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** What is known of an address; anything strange in it is left out, ranges are the server's to check. */
export function parsePeopleSearch(search: Readonly<Record<string, unknown>>): PeopleSearch {
  return {
    camera: text(search.camera),
    range: text(search.range),
    from: number(search.from),
    to: number(search.to),
    posture: postures.find((posture) => posture === search.posture),
    zone: text(search.zone),
    dwell: number(search.dwell),
    minSpeed: number(search.minSpeed),
    maxSpeed: number(search.maxSpeed),
    together: number(search.together),
    event: (['any', ...ruleKinds] as const).find((kind) => kind === search.event),
    minDuration: number(search.minDuration),
    maxDuration: number(search.maxDuration),
    like: text(search.like),
  };
}

/** The request for a filter, named times ending at `nowMs`; holds only what is asked for. */
export function queryOf(filter: PeopleSearch, nowMs: number): SearchQuery {
  const span = spanOfRange(filter, nowMs);
  const isEndless = span.toMs === undefined && span.fromMs !== undefined;
  const all = {
    cameraId: filter.camera,
    ...span,
    // With both ends the index of the store finds a span much faster.
    ...(isEndless && filter.range !== 'custom' ? { toMs: nowMs } : {}),
    posture: filter.posture,
    zoneId: filter.zone,
    minDwellSec: filter.zone === undefined ? undefined : filter.dwell,
    minSpeed: filter.minSpeed,
    maxSpeed: filter.maxSpeed,
    minTogether: filter.together,
    eventKind: filter.event,
    minDurationSec: filter.minDuration,
    maxDurationSec: filter.maxDuration,
  } satisfies SearchQuery;
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** True when something but a moment to look for is asked for. */
export function isNarrowed(filter: PeopleSearch): boolean {
  const set = Object.entries(filter as Readonly<Record<string, unknown>>);
  return set.some(([field, value]) => field !== 'like' && value !== undefined && value !== 'all');
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
