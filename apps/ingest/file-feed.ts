import type { Clock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import { FrameCredits } from './frame-credits.js';
import type { CapturedFrame, FrameAt, FrameSender, StreamFacts } from './frame-sender.js';

export interface FileFeedParts {
  readonly stream: StreamFacts;
  readonly sender: Pick<FrameSender, 'frame' | 'still' | 'skipped' | 'ended'>;
  readonly clock: Clock;
  /** Frames that may be on their way now. */
  readonly inFlightLimit: () => number;
  /** Without progress for so long, what is in flight is sent again: repeating has one effect. */
  readonly resendMs: number;
  /** The tracker's own count of frames that are done; the truth where acknowledgements get lost. */
  readonly readNextSeq: () => Promise<number>;
  /** Aborts waiting. */
  readonly signal: AbortSignal;
}

const CHECK_MS = 1000;
/** Without an acknowledgement for so long, the tracker's checkpoint is asked. */
const SILENT_MS = 5000;

type Sent =
  | { readonly kind: 'frame'; readonly frame: CapturedFrame }
  | { readonly kind: 'news'; readonly send: () => Promise<void> };

/**
 * Feeds a file's frames to the pipeline, never more than the credits allow, and keeps those in flight until the tracker has them.
 * Waiting here halts the decoder, so a file waits and never drops.
 */
export class FileFeed {
  private readonly parts: FileFeedParts;
  private readonly credits: FrameCredits;
  private readonly sent = new Map<number, Sent>();
  private doneSeq: number;
  private progressAtMs: number;
  private wake: () => void = () => undefined;

  /** `nextSeq`: frames below it are done already. */
  constructor(parts: FileFeedParts, nextSeq: number) {
    this.parts = parts;
    this.credits = new FrameCredits(parts.inFlightLimit);
    this.doneSeq = nextSeq - 1;
    this.progressAtMs = parts.clock.monotonicMs();
  }

  /** Frames up to `seq` are done. */
  acknowledge(seq: number): void {
    if (seq <= this.doneSeq) return;
    this.doneSeq = seq;
    this.progressAtMs = this.parts.clock.monotonicMs();
    this.credits.acknowledge(seq);
    for (const [each, sent] of this.sent) {
      if (each > seq) continue;
      this.sent.delete(each);
      if (sent.kind === 'frame') sent.frame.pixels.release();
    }
    this.wake();
  }

  /**
   * Sends a frame, as soon as there is credit; one that is done already is passed over. Takes its pixels over: they are released when
   * the tracker has the frame. @throws AppError `cancelled`.
   */
  async frame(frame: CapturedFrame): Promise<void> {
    if (frame.seq <= this.doneSeq) frame.pixels.release();
    else await this.send(frame.seq, { kind: 'frame', frame });
  }

  /** As `frame`, for one on which nothing has changed since the newest analysed one: its pixels go at once. @throws AppError `cancelled`. */
  async still({ pixels, ...at }: CapturedFrame): Promise<void> {
    pixels.release();
    await this.send(at.seq, { kind: 'news', send: () => this.parts.sender.still(this.parts.stream, at) });
  }

  /** A picture that could not be decoded takes a place after the last frame. */
  async undecodable(at: FrameAt): Promise<void> {
    await this.send(at.seq, {
      kind: 'news',
      send: () => this.parts.sender.skipped(this.parts.stream, at, 'undecodable'),
    });
  }

  /** Says that no more frames come, and resolves when the tracker has all of them. @throws AppError `cancelled`. */
  async end(at: FrameAt, how: 'complete' | 'cut'): Promise<void> {
    await this.send(at.seq, { kind: 'news', send: () => this.parts.sender.ended(this.parts.stream, at, how) });
    await this.until(() => this.doneSeq >= at.seq);
  }

  private async send(seq: number, sent: Sent): Promise<void> {
    if (seq <= this.doneSeq) return;
    await this.until(() => this.credits.isFree);
    if (this.credits.inFlight === 0) this.progressAtMs = this.parts.clock.monotonicMs();
    this.credits.take(seq);
    this.sent.set(seq, sent);
    await this.post(sent);
  }

  private async post(sent: Sent): Promise<void> {
    if (sent.kind === 'news') {
      await sent.send();
      return;
    }
    const { pixels } = sent.frame;
    pixels.hold(); // until they are stored: the frame may be done meanwhile, where it is sent again
    try {
      await this.parts.sender.frame(this.parts.stream, sent.frame);
    } finally {
      pixels.release();
    }
  }

  private async until(reached: () => boolean): Promise<void> {
    const { signal, clock } = this.parts;
    let repeatedAtMs = this.progressAtMs;
    while (!reached()) {
      if (signal.aborted) throw new AppError('cancelled', 'The analysis was stopped.');
      await this.news();
      const silentMs = clock.monotonicMs() - this.progressAtMs;
      if (silentMs >= SILENT_MS) this.acknowledge((await this.parts.readNextSeq()) - 1);
      if (clock.monotonicMs() - Math.max(repeatedAtMs, this.progressAtMs) < this.parts.resendMs) continue;
      repeatedAtMs = clock.monotonicMs();
      for (const sent of this.sent.values()) await this.post(sent);
    }
    if (signal.aborted) throw new AppError('cancelled', 'The analysis was stopped.');
  }

  /** Resolves with the next acknowledgement, and once a second in any case. */
  private async news(): Promise<void> {
    const { signal } = this.parts;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, CHECK_MS);
      signal.addEventListener('abort', end);
      this.wake = end;
    });
  }
}
