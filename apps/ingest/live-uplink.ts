import type { Fragment, InitSegment } from '#media/fragments.js';
import type { LiveEntry } from '#messaging/live-stream.js';

const MOST_WAITING_BYTES = 8 * 1024 * 1024;

/** Appends one entry to a camera's live stream. */
export type AppendLive = (entry: LiveEntry) => Promise<unknown>;

/** Offers an epoch's pieces to viewers. Never waits: when the store is slow or away, whole groups of pictures are left out. */
export class LiveUplink {
  private readonly epoch: number;
  private readonly append: AppendLive;
  private waitingBytes = 0;
  private skipping = false;
  private init: InitSegment | null = null;

  constructor(epoch: number, append: AppendLive) {
    this.epoch = epoch;
    this.append = append;
  }

  push(piece: InitSegment | Fragment): void {
    if (piece.kind === 'init') {
      this.init = piece;
      this.send({ kind: 'init', epoch: this.epoch, keyframe: false, ptsUs: 0, bytes: piece.bytes });
      return;
    }
    const { keyframe, ptsUs, bytes } = piece;
    if (this.waitingBytes > MOST_WAITING_BYTES) this.skipping = true;
    else if (keyframe && this.skipping) {
      this.skipping = false;
      if (this.init !== null) this.push(this.init);
    }
    if (!this.skipping) this.send({ kind: 'fragment', epoch: this.epoch, keyframe, ptsUs, bytes });
  }

  private send(entry: LiveEntry): void {
    this.waitingBytes += entry.bytes.length;
    this.append(entry)
      .catch(() => {
        this.skipping = true; // a gap would break decoding until the next key frame; what a viewer begins with may be lost too
      })
      .finally(() => {
        this.waitingBytes -= entry.bytes.length;
      });
  }
}
