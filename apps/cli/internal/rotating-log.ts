import { closeSync, existsSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Most bytes of one log file, and how many older ones are kept beside it. */
export interface LogLimits {
  readonly maxBytes: number;
  readonly keep: number;
}

export const defaultLogLimits: LogLimits = { maxBytes: 8_000_000, keep: 2 };

/** A log file whose size is bounded: when it is full it becomes `name.log.1`, and the oldest one goes. */
export class RotatingLog {
  readonly file: string;
  private readonly limits: LogLimits;
  private handle: number | null = null;
  private bytes = 0;

  constructor(file: string, limits: LogLimits = defaultLogLimits) {
    this.file = file;
    this.limits = limits;
  }

  /** Appends a chunk of output; chunks are not cut, so a file may exceed its limit by one chunk. */
  write(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    this.handle ??= this.open();
    if (this.bytes > 0 && this.bytes + bytes.length > this.limits.maxBytes) {
      this.close();
      this.shift();
      this.handle = this.open();
    }
    writeSync(this.handle, bytes);
    this.bytes += bytes.length;
  }

  close(): void {
    if (this.handle !== null) closeSync(this.handle);
    this.handle = null;
  }

  private open(): number {
    mkdirSync(path.dirname(this.file), { recursive: true });
    const handle = openSync(this.file, 'a', 0o600);
    this.bytes = fstatSync(handle).size;
    return handle;
  }

  private shift(): void {
    for (let age = this.limits.keep; age >= 1; age--) {
      const from = age === 1 ? this.file : `${this.file}.${age - 1}`;
      if (existsSync(from)) renameSync(from, `${this.file}.${age}`);
    }
  }
}
