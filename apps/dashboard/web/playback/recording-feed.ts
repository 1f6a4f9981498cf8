import { errorFrom } from '../api/client.js';
import { playableMime } from '../live/picture-buffer.js';

/** A stretch of stored picture, µs of stream time. */
interface Span {
  readonly startPtsUs: number;
  readonly endPtsUs: number;
}

/** Files follow one another with a frame between them. */
const NEXT_FILE_US = 200_000;

/**
 * Plays what was recorded of a camera: fetches the file that holds a moment and appends it to a Media Source, whose times are the
 * stream's own. More files are fetched as playback comes near their start.
 */
export class RecordingFeed {
  private readonly source = new MediaSource();
  private readonly url = URL.createObjectURL(this.source);
  private readonly opened: Promise<void>;
  private readonly abort = new AbortController();
  private buffer: SourceBuffer | null = null;
  private readonly spans: Span[] = [];
  private last: Promise<void> = Promise.resolve();

  constructor(
    video: HTMLVideoElement,
    private readonly camera: { readonly cameraId: string; readonly epoch: number },
  ) {
    this.opened = new Promise((resolve) => {
      this.source.addEventListener(
        'sourceopen',
        () => {
          resolve();
        },
        { once: true },
      );
    });
    video.src = this.url;
  }

  /** Makes the picture at `ptsUs` playable. Throws with a sentence for a person when there is none. One file at a time. */
  load(ptsUs: number): Promise<void> {
    const next = this.last.catch(() => undefined).then(() => this.fetchAt(ptsUs));
    this.last = next;
    return next;
  }

  close(): void {
    this.abort.abort();
    this.buffer = null;
    URL.revokeObjectURL(this.url);
  }

  private async fetchAt(ptsUs: number): Promise<void> {
    const isLoaded = this.spans.some((span) => ptsUs >= span.startPtsUs && ptsUs <= span.endPtsUs + NEXT_FILE_US);
    if (isLoaded || this.abort.signal.aborted) return;
    const query = new URLSearchParams({ epoch: String(this.camera.epoch), ptsUs: String(Math.round(ptsUs)) });
    const response = await fetch(`/api/cameras/${this.camera.cameraId}/recording?${query.toString()}`, {
      signal: this.abort.signal,
    });
    if (!response.ok) throw errorFrom(await response.json().catch(() => null), response.status);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const { mime, codec } = playableMime(bytes);
    if (mime === null) throw new Error(`This browser cannot play ${codec}, the codec of the recording.`);
    await this.opened;
    await this.append(bytes, mime);
    this.spans.push({
      startPtsUs: Number(response.headers.get('x-start-pts-us') ?? ptsUs),
      endPtsUs: Number(response.headers.get('x-end-pts-us') ?? ptsUs),
    });
  }

  private async append(bytes: Uint8Array<ArrayBuffer>, mime: string): Promise<void> {
    this.buffer ??= this.source.addSourceBuffer(mime);
    const { buffer } = this;
    buffer.mode = 'segments';
    await new Promise<void>((resolve, reject) => {
      buffer.addEventListener(
        'updateend',
        () => {
          resolve();
        },
        { once: true },
      );
      buffer.addEventListener(
        'error',
        () => {
          reject(new Error('The recording could not be decoded.'));
        },
        { once: true },
      );
      buffer.appendBuffer(bytes);
    });
  }
}
