/**
 * How many frames of one stream may be on their way at once. A credit is taken when a frame is sent and comes back when the
 * tracker says that all frames up to some `seq` are done. Pure bookkeeping: sending and waiting are the caller's.
 */
export class FrameCredits {
  private readonly limit: () => number;
  /** Sent and not yet done, ascending. */
  private sent: number[] = [];

  /** `limit` may change: credits that are out already stay out. */
  constructor(limit: () => number) {
    this.limit = limit;
  }

  get inFlight(): number {
    return this.sent.length;
  }

  get isFree(): boolean {
    return this.sent.length < this.limit();
  }

  /** A frame goes out; each `seq` is greater than the one before. */
  take(seq: number): void {
    this.sent.push(seq);
  }

  /** All frames up to and including `seq` are done. True when a credit came back. */
  acknowledge(seq: number): boolean {
    const before = this.sent.length;
    this.sent = this.sent.filter((each) => each > seq);
    return this.sent.length < before;
  }
}

/** Frames on their way that keep any pipeline busy, where several files share it. */
const LEAST_SHARE = 4;

/**
 * The credits of each of `files` that run side by side, of which one alone has `limit`: all together have up to twice as many. More frames
 * make nothing faster: they wait in memory, and are out of the processor's caches when they are needed.
 */
export function fileCredits(limit: number, files: number): number {
  return Math.min(limit, Math.max(LEAST_SHARE, Math.ceil((2 * limit) / Math.max(1, files))));
}

/** What becomes of a live frame: `send` it now; `dropped` is an older one that waited in vain. */
export interface GateDecision<Frame> {
  readonly send: Frame | null;
  readonly dropped: Frame | null;
}

/** Credits with a waiting ring of one: a live frame that finds no credit waits, and replaces the one that waited before. */
export class LiveGate<Frame extends { readonly seq: number }> {
  private readonly credits: FrameCredits;
  private waiting: Frame | null = null;

  constructor(limit: number) {
    this.credits = new FrameCredits(() => limit);
  }

  get inFlight(): number {
    return this.credits.inFlight;
  }

  /** A frame was decoded. */
  offer(frame: Frame): GateDecision<Frame> {
    if (this.credits.isFree) {
      this.credits.take(frame.seq);
      return { send: frame, dropped: null };
    }
    const dropped = this.waiting;
    this.waiting = frame;
    return { send: null, dropped };
  }

  /** Frames up to `seq` are done; returns the waiting frame when it may go now. */
  acknowledge(seq: number): Frame | null {
    this.credits.acknowledge(seq);
    const next = this.waiting;
    if (next === null || !this.credits.isFree) return null;
    this.waiting = null;
    this.credits.take(next.seq);
    return next;
  }

  /** The stream is over: gives the waiting frame up. */
  close(): Frame | null {
    const left = this.waiting;
    this.waiting = null;
    return left;
  }
}
