import type { Clock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import type { CameraSession } from '#media/camera-session.js';
import type { Fragment, InitSegment } from '#media/fragments.js';
import type { RawFrame } from '#media/raw-frames.js';
import type { Acknowledgement, Acknowledgements } from './acknowledgements.js';
import { LiveGate } from './frame-credits.js';
import type { CapturedFrame, FrameAt, FrameSender, StreamFacts } from './frame-sender.js';
import type { MotionWatch } from './motion-watch.js';

/** Where an epoch's own stream goes: viewers, the disk, or neither. */
export interface PieceSink {
  readonly push: (piece: InitSegment | Fragment) => void;
}

export interface CameraEpochParts {
  readonly session: CameraSession;
  readonly stream: StreamFacts;
  readonly inFlightLimit: number;
  readonly sender: FrameSender;
  /** Null: every frame is analysed. */
  readonly watch: MotionWatch | null;
  readonly acknowledgements: Acknowledgements;
  /** The tracker's own count of frames that are done in this epoch; null when it has none. */
  readonly readNextSeq: () => Promise<number | null>;
  readonly sinks: readonly PieceSink[];
  readonly onFragment: () => void;
  readonly onFrame: () => void;
  readonly clock: Clock;
}

/** Without an acknowledgement for so long, the tracker's checkpoint is asked. */
const SILENT_ACKNOWLEDGEMENTS_MS = 5000;
const CHECK_MS = 1000;
/** Messages on their way to a store that does not answer; more would be memory without bound. */
const MOST_UNSENT = 512;

/** One connection to a camera, from its first frame to its end: frames to analysis, the stream to viewers and disk. */
export class CameraEpoch {
  private readonly parts: CameraEpochParts;
  private readonly gate: LiveGate<CapturedFrame>;
  private nextSeq = 0;
  private lastPtsUs = Number.NEGATIVE_INFINITY;
  private undecodable = 0;
  private unsent = 0;
  private acknowledgedAtMs: number;
  private ownEnd: AppError | null = null;

  constructor(parts: CameraEpochParts) {
    this.parts = parts;
    this.gate = new LiveGate(parts.inFlightLimit);
    this.acknowledgedAtMs = parts.clock.monotonicMs();
  }

  get inFlight(): number {
    return this.gate.inFlight;
  }

  /** Runs until the session ends; resolves with the reason, null when it was stopped on purpose. */
  async run(): Promise<AppError | null> {
    const { session, acknowledgements, stream } = this.parts;
    const unlisten = acknowledgements.listen(stream, (acknowledgement) => {
      this.acknowledge(acknowledgement);
    });
    const check = setInterval(() => {
      this.askCheckpoint().catch(() => undefined);
    }, CHECK_MS);
    try {
      await Promise.all([this.readFrames(), this.readPieces()]);
      const reason = await session.ended;
      return this.ownEnd ?? reason;
    } finally {
      clearInterval(check);
      unlisten();
      await session.stop();
      this.finish();
    }
  }

  private async readFrames(): Promise<void> {
    for await (const raw of this.parts.session.frames) {
      this.noteUndecodable();
      if (raw.ptsUs <= this.lastPtsUs) this.endBy('The clock of the camera jumped back; connecting again.');
      else if (this.unsent > MOST_UNSENT) this.endBy('The queue does not take frames; connecting again.');
      if (this.ownEnd === null) this.take(raw);
    }
  }

  private take(raw: RawFrame): void {
    this.lastPtsUs = raw.ptsUs;
    this.parts.onFrame();
    const { ptsUs, held: pixels } = raw;
    const frame = { seq: this.nextSeq++, ptsUs, capturedAtMs: this.parts.clock.nowMs(), pixels };
    if (this.parts.watch?.isStill(frame) === true) {
      pixels.release();
      this.post(this.parts.sender.still(this.parts.stream, frame));
      return;
    }
    const { send, dropped } = this.gate.offer(frame);
    if (dropped !== null) this.drop(dropped);
    if (send !== null) this.send(send);
  }

  private async readPieces(): Promise<void> {
    for await (const piece of this.parts.session.pieces) {
      if (piece.kind === 'fragment') this.parts.onFragment();
      for (const sink of this.parts.sinks) sink.push(piece);
    }
  }

  /** Pictures that could not be decoded take a place in the sequence, so that they are counted where everything is. */
  private noteUndecodable(): void {
    const seen = this.parts.session.undecodable();
    for (; this.undecodable < seen && this.unsent <= MOST_UNSENT; this.undecodable++)
      this.post(this.parts.sender.skipped(this.parts.stream, this.here(this.nextSeq++), 'undecodable'));
  }

  private acknowledge(acknowledgement: Acknowledgement): void {
    this.acknowledgedAtMs = this.parts.clock.monotonicMs();
    this.parts.watch?.answered(acknowledgement);
    const waiting = this.gate.acknowledge(acknowledgement.seq);
    if (waiting !== null) this.send(waiting);
  }

  private async askCheckpoint(): Promise<void> {
    if (this.parts.clock.monotonicMs() - this.acknowledgedAtMs < SILENT_ACKNOWLEDGEMENTS_MS || this.inFlight === 0)
      return;
    const nextSeq = await this.parts.readNextSeq();
    if (nextSeq !== null) this.acknowledge({ seq: nextSeq - 1, analysed: false, people: null });
  }

  private send(frame: CapturedFrame): void {
    const sending = this.parts.sender.frame(this.parts.stream, frame).finally(() => {
      frame.pixels.release();
    });
    this.post(sending);
  }

  private drop(frame: CapturedFrame): void {
    frame.pixels.release();
    this.post(this.parts.sender.skipped(this.parts.stream, frame, 'overloaded'));
  }

  /** What cannot be sent is not waited for: the tracker counts the gap as late. */
  private post(sending: Promise<void>): void {
    this.unsent++;
    sending
      .catch(() => undefined)
      .finally(() => {
        this.unsent--;
      });
  }

  private endBy(reason: string): void {
    if (this.ownEnd !== null) return;
    this.ownEnd = new AppError('unavailable', reason);
    this.parts.session.stop().catch(() => undefined);
  }

  private finish(): void {
    const { sender, stream } = this.parts;
    const left = this.gate.close();
    if (left !== null) this.drop(left);
    this.post(sender.ended(stream, this.here(this.nextSeq), 'cut'));
  }

  private here(seq: number): FrameAt {
    const ptsUs = Number.isFinite(this.lastPtsUs) ? this.lastPtsUs : 0;
    return { seq, ptsUs, capturedAtMs: this.parts.clock.nowMs() };
  }
}
