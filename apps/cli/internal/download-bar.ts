import type { Clock } from '#base/clock.js';
import type { PullProgress } from '#onnx/pull-options.js';

/** The part of a terminal that a bar is drawn on, such as `process.stderr`. */
interface Terminal {
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

const REDRAW_MS = 100;
const BAR_COLUMNS = 24;
const CLEAR_LINE = '\r\u001B[2K';

/** A bar that is drawn over itself while a download goes on. */
export class DownloadBar {
  private readonly terminal: Terminal;
  private readonly clock: Clock;
  private drawnMs = Number.NEGATIVE_INFINITY;
  private isDrawn = false;

  constructor(terminal: Terminal, clock: Clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  draw(progress: PullProgress): void {
    const nowMs = this.clock.monotonicMs();
    if (nowMs - this.drawnMs < REDRAW_MS && progress.bytes !== progress.total) return;
    this.drawnMs = nowMs;
    this.isDrawn = true;
    const { columns = 0 } = this.terminal;
    const text = barText(progress);
    this.terminal.write(CLEAR_LINE + (columns > 0 ? text.slice(0, columns - 1) : text)); // 0: a terminal of unknown width
  }

  /** Makes room for a line. */
  clear(): void {
    if (this.isDrawn) this.terminal.write(CLEAR_LINE);
    this.isDrawn = false;
  }
}

/** `[####    ]  50 %  4.7 of 9.4 MB  NAME`. */
export function barText({ text, bytes, total }: PullProgress): string {
  if (total === null) return `${megabytes(bytes)} MB  ${text}`;
  const share = Math.min(1, bytes / total);
  const bar = '#'.repeat(Math.floor(share * BAR_COLUMNS)).padEnd(BAR_COLUMNS);
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `[${bar}] ${percent} %  ${megabytes(bytes)} of ${megabytes(total)} MB  ${text}`;
}

/** Bytes in millions, with one decimal. */
export function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
