/** How fast an upload goes and when it will be done, from the bytes sent so far. */
export interface UploadRate {
  readonly bytesPerSec: number;
  readonly atMs: number;
  readonly sentBytes: number;
}

const SMOOTHING_MS = 3_000;

export function startRate(nowMs: number): UploadRate {
  return { bytesPerSec: 0, atMs: nowMs, sentBytes: 0 };
}

/** The rate after more was sent: an exponential mean over about three seconds, so that the estimate does not jump. */
export function nextRate(rate: UploadRate, sentBytes: number, nowMs: number): UploadRate {
  const elapsedMs = nowMs - rate.atMs;
  if (elapsedMs < 100) return rate;
  const newest = ((sentBytes - rate.sentBytes) * 1000) / elapsedMs;
  const share = rate.bytesPerSec === 0 ? 1 : 1 - Math.exp(-elapsedMs / SMOOTHING_MS);
  return { bytesPerSec: rate.bytesPerSec + (newest - rate.bytesPerSec) * share, atMs: nowMs, sentBytes };
}

/** Milliseconds until all is sent; null while unknown. */
export function remainingMs(rate: UploadRate, totalBytes: number): number | null {
  return rate.bytesPerSec <= 0 ? null : ((totalBytes - rate.sentBytes) * 1000) / rate.bytesPerSec;
}
