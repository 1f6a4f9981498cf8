/**
 * What became of a camera's pictures, minute by minute: small counters in Redis, one hash for each camera and hour, which expire. They are for the eye:
 * an empty Redis forgets them, and nothing is computed from them.
 */
import type { Redis } from './redis.js';

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;

const figures = ['analysed', 'still', 'dropped', 'liveSec', 'watchedSec'] as const;

/** What is added to a minute, and what it adds up to. */
export interface MinuteFigures {
  /** Pictures in which people were looked for. */
  readonly analysed: number;
  /** Pictures on which nothing had moved. */
  readonly still: number;
  readonly dropped: number;
  /** Seconds in which the camera was live, of those in which somebody looked. */
  readonly liveSec: number;
  readonly watchedSec: number;
}

/** One minute; `startMs`: wall clock. */
export interface CameraMinute extends MinuteFigures {
  readonly startMs: number;
}

function hourKey(cameraId: string, hour: number): string {
  return `minutes:${cameraId}:${hour}`;
}

/** Adds to the minute of `atMs`, for many cameras in one exchange; each hour is forgotten `keepMs` after its last addition. */
export async function addToMinute(
  redis: Redis,
  cameras: ReadonlyMap<string, MinuteFigures>,
  { atMs, keepMs }: { readonly atMs: number; readonly keepMs: number },
): Promise<void> {
  const minute = Math.floor(atMs / MINUTE_MS);
  const batch = redis.pipeline();
  for (const [cameraId, added] of cameras) {
    const key = hourKey(cameraId, Math.floor(minute / HOUR_MINUTES));
    for (const figure of figures) {
      if (added[figure] > 0) batch.hincrby(key, `${minute % HOUR_MINUTES}:${figure}`, Math.round(added[figure]));
    }
    batch.pexpire(key, keepMs);
  }
  await batch.exec();
}

/** The minutes of one camera that overlap `fromMs` to `toMs` and of which anything is known, oldest first. */
export async function readMinutes(
  redis: Redis,
  cameraId: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<CameraMinute[]> {
  const hourMs = HOUR_MINUTES * MINUTE_MS;
  const [first, last] = [Math.floor(fromMs / hourMs), Math.floor(toMs / hourMs)];
  const hours = Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);
  const found = await Promise.all(hours.map((hour) => redis.hgetall(hourKey(cameraId, hour))));
  const minutes = found.flatMap((fields, index) => minutesOf(fields, hours[index] * hourMs));
  return minutes.filter(({ startMs }) => startMs > fromMs - MINUTE_MS && startMs < toMs);
}

function minutesOf(fields: Readonly<Record<string, string>>, hourStartMs: number): CameraMinute[] {
  const known = new Set(Object.keys(fields).map((name) => Number(name.split(':', 1)[0])));
  return [...known]
    .sort((a, b) => a - b)
    .map((minute) => {
      const of = (figure: keyof MinuteFigures): number => Number(fields[`${minute}:${figure}`] ?? 0);
      return {
        ...{ startMs: hourStartMs + minute * MINUTE_MS, analysed: of('analysed'), still: of('still') },
        ...{ dropped: of('dropped'), liveSec: of('liveSec'), watchedSec: of('watchedSec') },
      };
    });
}
