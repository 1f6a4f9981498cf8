import type { Clock } from '#base/clock.js';

const EVERY_MS = 2000;
const EVERY_MS_STANDING = 10_000;
const WINDOW_MS = 10_000;

/** Lines about a long task: how far, how fast, how long still. One every two seconds at most, ten while nothing moves. */
export class Progress {
  private readonly label: string;
  private readonly clock: Clock;
  private readonly write: (line: string) => void;
  private readonly samples: { atMs: number; frames: number }[] = [];
  private lastLineMs = Number.NEGATIVE_INFINITY;
  private lastFrames = -1;

  constructor(label: string, clock: Clock, write: (line: string) => void) {
    this.label = label;
    this.clock = clock;
    this.write = write;
  }

  /** `total`: frames to expect; null while unknown. */
  update(stage: string, frames: number, total: number | null): void {
    const atMs = this.clock.monotonicMs();
    this.samples.push({ atMs, frames });
    while (this.samples.length > 2 && atMs - this.samples[0].atMs > WINDOW_MS) this.samples.shift();
    if (atMs - this.lastLineMs < (frames === this.lastFrames ? EVERY_MS_STANDING : EVERY_MS)) return;
    [this.lastLineMs, this.lastFrames] = [atMs, frames];
    this.write(`${this.label}: ${[`${stage} ${of(frames, total)}`, ...this.pace(frames, total)].join(', ')}`);
  }

  /** A new stage has its own pace. */
  restart(): void {
    this.samples.length = 0;
    this.lastLineMs = Number.NEGATIVE_INFINITY;
  }

  private pace(frames: number, total: number | null): string[] {
    const [first, last] = [this.samples[0], this.samples[this.samples.length - 1]];
    const perSec = ((last.frames - first.frames) * 1000) / (last.atMs - first.atMs);
    if (!Number.isFinite(perSec) || perSec <= 0) return [];
    const rate = `${perSec.toFixed(1)} frames/s`;
    return total === null ? [rate] : [rate, `${Math.ceil(Math.max(0, total - frames) / perSec)} s left`];
  }
}

function of(frames: number, total: number | null): string {
  return total === null ? `${frames} frames` : `${frames} of ${Math.max(frames, total)} frames`;
}
