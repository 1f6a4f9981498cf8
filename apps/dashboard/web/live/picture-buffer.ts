import { codecOfInitSegment } from './codec.js';

const KEEP_BEHIND_SEC = 12;
/** A tab in the background stops taking data; beyond this the oldest are given up and the next key frame starts again. */
const MOST_WAITING = 900;

/**
 * One Media Source that a `<video>` plays: takes an init segment, then fragments in order, and forgets what was played.
 * Times are not shifted: the video's current time is the stream's own PTS in seconds.
 */
export class PictureBuffer {
  private readonly source = new MediaSource();
  private readonly url = URL.createObjectURL(this.source);
  private readonly waiting: Uint8Array<ArrayBuffer>[] = [];
  private buffer: SourceBuffer | null = null;

  constructor(
    private readonly video: HTMLVideoElement,
    mime: string,
    private readonly onProgress: () => void,
  ) {
    this.source.addEventListener('sourceopen', () => {
      if (this.buffer !== null || this.source.readyState !== 'open') return;
      this.buffer = this.source.addSourceBuffer(mime);
      this.buffer.mode = 'segments';
      this.buffer.addEventListener('updateend', () => {
        this.onProgress();
        this.pump();
      });
      this.pump();
    });
    video.src = this.url;
  }

  append(bytes: Uint8Array<ArrayBuffer>): void {
    this.waiting.push(bytes);
    if (this.waiting.length > MOST_WAITING) this.waiting.splice(1, this.waiting.length - MOST_WAITING);
    this.pump();
  }

  /** The newest stretch that can be played without a gap, seconds of stream time; null before the first picture. */
  get newestRange(): { readonly startSec: number; readonly endSec: number } | null {
    const { buffered } = this.video;
    const last = buffered.length - 1;
    return last < 0 ? null : { startSec: buffered.start(last), endSec: buffered.end(last) };
  }

  /** Frees what lies well behind the moment being shown. */
  trim(): void {
    const before = this.video.currentTime - KEEP_BEHIND_SEC;
    const { buffered } = this.video;
    if (this.buffer === null || this.buffer.updating || buffered.length === 0) return;
    if (buffered.start(0) < before - 4) this.buffer.remove(0, before);
  }

  close(): void {
    this.waiting.length = 0;
    this.buffer = null;
    URL.revokeObjectURL(this.url);
  }

  private pump(): void {
    if (this.buffer === null || this.buffer.updating || this.waiting.length === 0) return;
    if (this.source.readyState !== 'open') return;
    const bytes = join(this.waiting);
    this.waiting.length = 0;
    try {
      this.buffer.appendBuffer(bytes);
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'QuotaExceededError') throw error;
      this.waiting.unshift(bytes);
      this.buffer.remove(0, Math.max(0.1, this.video.currentTime - 1));
    }
  }
}

/** MIME type with codec of an init segment; null when the browser cannot play it or it is no video that we know. */
export function playableMime(init: Uint8Array): { readonly mime: string | null; readonly codec: string } {
  const codec = codecOfInitSegment(init);
  if (codec === null) return { mime: null, codec: 'an unknown codec' };
  const mime = `video/mp4; codecs="${codec}"`;
  return { mime: MediaSource.isTypeSupported(mime) ? mime : null, codec };
}

function join(parts: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  if (parts.length === 1) return parts[0];
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
