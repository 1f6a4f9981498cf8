/** Where texts go; a WebSocket has these. */
export interface TextSink {
  /** Calls `sent` once the text is with the network, or has failed. */
  readonly send: (text: string, sent: () => void) => void;
  readonly bufferedBytes: () => number;
  /** Ends the connection, with the reason. */
  readonly close: (reason: string) => void;
}

/** Bounds of one connection. */
export interface SenderLimits {
  /** Texts wait here above this many bytes. */
  readonly bufferBytes: number;
  /** Texts that must not be lost wait up to this many; then the connection is closed, and the page reads them from the API. */
  readonly mostKept: number;
}

/**
 * Sends texts to one browser. While it reads too slowly, only the newest text of each key waits (state: the older one is
 * worthless), and texts without a key wait in order (news).
 */
export class LatestSender {
  private readonly latest = new Map<string, string>();
  private readonly kept: string[] = [];

  constructor(
    private readonly sink: TextSink,
    private readonly limits: SenderLimits,
    private readonly onReplaced: () => void,
  ) {}

  /** `key`: what the text is the newest state of; null for news that nothing replaces. */
  send(text: string, key: string | null): void {
    const mayPass = this.latest.size === 0 && this.kept.length === 0;
    if (mayPass && this.sink.bufferedBytes() <= this.limits.bufferBytes) {
      this.pass(text);
      return;
    }
    if (key === null) {
      this.kept.push(text);
      if (this.kept.length > this.limits.mostKept) this.sink.close('too slow');
      return;
    }
    if (this.latest.has(key)) this.onReplaced();
    this.latest.set(key, text);
    if (this.sink.bufferedBytes() === 0) this.flush();
  }

  private pass(text: string): void {
    this.sink.send(text, () => {
      this.flush();
    });
  }

  private flush(): void {
    while (this.sink.bufferedBytes() <= this.limits.bufferBytes) {
      const text = this.kept.shift() ?? this.takeLatest();
      if (text === null) return;
      this.pass(text);
    }
  }

  private takeLatest(): string | null {
    const entry = this.latest.entries().next().value;
    if (entry === undefined) return null;
    this.latest.delete(entry[0]);
    return entry[1];
  }
}
