const WINDOW_BEATS = 3;

/** Events a second over the last three beats. */
export class RateMeter {
  private count = 0;
  private beats: { readonly count: number; readonly atMs: number }[] = [];

  add(): void {
    this.count++;
  }

  /** To be called about once a second, with a monotonic time; 0 at the first call. */
  perSec(nowMs: number): number {
    this.beats.push({ count: this.count, atMs: nowMs });
    if (this.beats.length > WINDOW_BEATS + 1) this.beats.shift();
    const first = this.beats[0];
    const elapsedSec = (nowMs - first.atMs) / 1000;
    return elapsedSec <= 0 ? 0 : (this.count - first.count) / elapsedSec;
  }

  /** The stream broke: it starts again from nothing. */
  reset(): void {
    this.count = 0;
    this.beats = [];
  }
}
