/**
 * Relays one camera's fragmented MP4 from Redis to any number of viewers: the stream is read once, each message is built once.
 * A viewer that joins gets the init segment and all from the newest key frame on. One that reads too slowly is skipped
 * until the next key frame that fits into its buffer, and never slows the others.
 */
import type { LiveEntry, StoredLiveEntry } from '#messaging/live-stream.js';
import { encodeLive } from './live-message.js';

/** Where messages go; a WebSocket has these two. */
export interface Viewer {
  readonly send: (message: Buffer) => void;
  /** Bytes accepted and not yet handed to the network. */
  readonly bufferedBytes: () => number;
}

/** Where entries come from. */
export interface LiveSource {
  /** The newest init and all from the newest key frame on; empty while there is none. */
  readonly start: () => Promise<readonly StoredLiveEntry[]>;
  /** Entries after an id, waiting a moment for the first; empty when none came. */
  readonly next: (fromId: string) => Promise<readonly StoredLiveEntry[]>;
}

/** Bounds of one relay, in bytes. */
export interface RelayLimits {
  /** A viewer with more than this waiting is skipped to a later key frame. */
  readonly viewerBytes: number;
  /** A group of pictures larger than this is not kept for viewers that join. */
  readonly groupBytes: number;
}

interface Message {
  readonly entry: LiveEntry;
  readonly bytes: Buffer;
}

/** Shares one camera's stream. Feed it with `run` until the last viewer has left. */
export class LiveRelay {
  /** Viewers, and whether each waits for a key frame. */
  private readonly viewers = new Map<Viewer, { waits: boolean }>();
  private init: Message | null = null;
  private group: Message[] = [];
  private groupBytes = 0;

  constructor(
    private readonly limits: RelayLimits,
    private readonly onSkipped: () => void,
  ) {}

  get viewerCount(): number {
    return this.viewers.size;
  }

  /** Starts a viewer at the newest key frame; with nothing there yet, at the next one. */
  join(viewer: Viewer): void {
    const state = { waits: this.group.length === 0 };
    this.viewers.set(viewer, state);
    if (this.init !== null) viewer.send(this.init.bytes);
    for (const message of this.group) viewer.send(message.bytes);
  }

  /** Sends this viewer nothing more. */
  leave(viewer: Viewer): void {
    this.viewers.delete(viewer);
  }

  /** Reads the source until `signal` aborts. @throws what the source throws. */
  async run(source: LiveSource, signal: AbortSignal): Promise<void> {
    let seenId = await this.begin(source, signal);
    while (!signal.aborted) {
      for (const entry of await source.next(seenId)) {
        this.push(entry);
        seenId = entry.id;
      }
    }
  }

  /** Waits for the first key frame and takes all from there on; returns where to go on. */
  private async begin(source: LiveSource, signal: AbortSignal): Promise<string> {
    let seenId = '0-0';
    while (!signal.aborted) {
      const start = await source.start();
      for (const entry of start) this.push(entry);
      const last = start.at(-1);
      if (last !== undefined) return last.id;
      seenId = (await source.next(seenId)).at(-1)?.id ?? seenId;
    }
    return seenId;
  }

  /** Takes the next entry of the stream. */
  push(entry: LiveEntry): void {
    const message = { entry, bytes: encodeLive(entry) };
    if (entry.kind === 'init') {
      this.init = message;
      this.forgetGroup();
    } else {
      this.keep(message);
    }
    for (const [viewer, state] of this.viewers) this.offer(message, viewer, state);
  }

  private keep(message: Message): void {
    if (message.entry.keyframe) this.forgetGroup();
    else if (this.group.length === 0) return;
    this.group.push(message);
    this.groupBytes += message.bytes.length;
    if (this.groupBytes > this.limits.groupBytes) this.forgetGroup();
  }

  private forgetGroup(): void {
    this.group = [];
    this.groupBytes = 0;
  }

  private offer({ entry, bytes }: Message, viewer: Viewer, state: { waits: boolean }): void {
    if (entry.kind === 'init') {
      state.waits = true;
      viewer.send(bytes);
      return;
    }
    const fits = viewer.bufferedBytes() + bytes.length <= this.limits.viewerBytes;
    if (fits && (entry.keyframe || !state.waits)) {
      state.waits = false;
      viewer.send(bytes);
      return;
    }
    if (!fits) this.onSkipped();
    state.waits = true;
  }
}
