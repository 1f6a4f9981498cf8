import { AppError } from './errors.js';

/**
 * Buffers that are used again. A buffer of a frame's size that is new for each frame costs more than the frame itself: each lives long
 * enough to be moved among the old objects, and the collector goes through all of those every few megabytes.
 *
 * Whoever takes bytes holds them; others may hold them too; when the last one has released them, they are overwritten by the next
 * frame. Bytes that nobody releases are only lost to the pool: the collector takes them, so that a forgotten release is no leak.
 */
export class BytePool {
  private readonly keep: number;
  private readonly free: Uint8Array[] = [];

  /** `keep`: most buffers that wait to be used again; those above it are left to the collector. */
  constructor(keep: number) {
    this.keep = keep;
  }

  /** Bytes of this length with any content; the caller holds them. */
  take(length: number): PooledBytes {
    const at = this.free.findIndex(({ byteLength }) => byteLength === length);
    const bytes = at < 0 ? new Uint8Array(length) : this.free.splice(at, 1)[0];
    return new PooledBytes(bytes, (released) => {
      if (this.free.length >= this.keep) this.free.shift(); // the longest unused: sizes change when cameras come and go
      this.free.push(released);
    });
  }
}

/** Bytes for as long as somebody holds them. */
export class PooledBytes {
  private readonly own: Uint8Array;
  private readonly giveBack: (bytes: Uint8Array) => void;
  private holders = 1;

  constructor(bytes: Uint8Array, giveBack: (bytes: Uint8Array) => void) {
    this.own = bytes;
    this.giveBack = giveBack;
  }

  /** Not to be read or written after the last release. @throws AppError `internal` then. */
  get bytes(): Uint8Array {
    this.needHolder();
    return this.own;
  }

  /** One more needs the bytes, and releases them. @throws AppError `internal` when nobody holds them any more. */
  hold(): void {
    this.needHolder();
    this.holders++;
  }

  /** To be called once by each who holds them. @throws AppError `internal` when nobody holds them any more. */
  release(): void {
    this.needHolder();
    this.holders--;
    if (this.holders === 0) this.giveBack(this.own);
  }

  private needHolder(): void {
    if (this.holders === 0) throw new AppError('internal', `${this.own.byteLength} pooled bytes were released before`);
  }
}
