import type { CameraMinutes } from '../../api/types.js';

/** An equal part of the time shown. */
export interface HealthBin {
  /** Pictures a second that were analysed or still; null while nobody kept figures. */
  readonly perSec: number | null;
  readonly dropped: number;
  /** `away`: live for less than half of the time that was watched. */
  readonly state: 'live' | 'away' | 'unknown';
}

/** Sums over everything that is known. */
export interface HealthSummary {
  /** Share of the watched time in which the camera was live, 0..1; null when it was not watched. */
  readonly liveShare: number | null;
  readonly dropped: number;
  /** Highest `perSec` of any bin. */
  readonly mostPerSec: number;
}

const MINUTE_MS = 60_000;

/** The minutes of `hours` up to `nowMs` in `count` bins, oldest first, and what they add up to. */
export function healthBins(
  { hours, minutes }: CameraMinutes,
  nowMs: number,
  count: number,
): { readonly bins: readonly HealthBin[]; readonly summary: HealthSummary } {
  const spanMs = hours * 60 * MINUTE_MS;
  const sums = Array.from({ length: count }, () => ({ pictures: 0, dropped: 0, liveSec: 0, watchedSec: 0 }));
  for (const minute of minutes) {
    // The middle decides: the first minute may have begun before the time shown.
    const at = Math.floor(((minute.startMs + MINUTE_MS / 2 - (nowMs - spanMs)) / spanMs) * count);
    const sum = sums[Math.min(count - 1, Math.max(0, at))];
    sum.pictures += minute.analysed + minute.still;
    sum.dropped += minute.dropped;
    sum.liveSec += minute.liveSec;
    sum.watchedSec += minute.watchedSec;
  }
  const bins = sums.map(({ pictures, dropped, liveSec, watchedSec }): HealthBin => {
    if (watchedSec === 0) return { perSec: null, dropped, state: 'unknown' };
    return { perSec: pictures / watchedSec, dropped, state: liveSec * 2 >= watchedSec ? 'live' : 'away' };
  });
  const total = (of: 'dropped' | 'liveSec' | 'watchedSec'): number => sums.reduce((sum, each) => sum + each[of], 0);
  const watchedSec = total('watchedSec');
  return {
    bins,
    summary: {
      liveShare: watchedSec === 0 ? null : total('liveSec') / watchedSec,
      dropped: total('dropped'),
      mostPerSec: Math.max(0, ...bins.map(({ perSec }) => perSec ?? 0)),
    },
  };
}
