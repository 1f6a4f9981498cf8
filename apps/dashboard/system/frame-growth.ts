import type { FrameCounts } from '#contracts/tracks-updated.js';

/** Counts of an epoch grow; a new epoch starts again from 0, so only the growth is added. */
export function growth(before: FrameCounts | undefined, now: FrameCounts): FrameCounts {
  if (before === undefined || now.captured < before.captured) return now;
  const reasons = Object.entries(now.dropped).map(([reason, count]) => [reason, count - (before.dropped[reason] ?? 0)]);
  return {
    captured: now.captured - before.captured,
    analysed: now.analysed - before.analysed,
    still: (now.still ?? 0) - (before.still ?? 0),
    dropped: Object.fromEntries(reasons) as Record<string, number>,
  };
}
