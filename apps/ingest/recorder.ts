import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Fragment, InitSegment } from '#media/fragments.js';

const FILE_US = 60_000_000;
const MOST_WAITING_BYTES = 32 * 1024 * 1024;

/**
 * Writes a camera's own stream to disk: `{folder}/{startPtsUs}.mp4`, each file an init segment and fragments from a key frame on,
 * about a minute long and playable at any moment, also while it grows. A disk that is too slow loses whole groups of pictures.
 */
export class Recorder {
  private readonly folder: string;
  private readonly onProblem: (problem: unknown) => void;
  private init: Buffer | null = null;
  private file: FileHandle | null = null;
  private startedUs = 0;
  private skipping = true;
  private broken = false;
  private waitingBytes = 0;
  private tail: Promise<void> = Promise.resolve();

  /** `folder` is the epoch's own. `onProblem` is called once; recording of this epoch ends then. */
  constructor(folder: string, onProblem: (problem: unknown) => void) {
    this.folder = folder;
    this.onProblem = onProblem;
  }

  /** Takes a piece and returns at once. */
  push(piece: InitSegment | Fragment): void {
    if (piece.kind === 'init') this.init = piece.bytes;
    if (piece.kind === 'init' || this.broken) return;
    if (this.waitingBytes > MOST_WAITING_BYTES) this.skipping = true;
    else if (piece.keyframe) this.skipping = false;
    if (this.skipping) return;
    this.waitingBytes += piece.bytes.length;
    this.tail = this.tail
      .then(() => this.write(piece))
      .catch((problem: unknown) => {
        if (!this.broken) this.onProblem(problem);
        this.broken = true;
      })
      .finally(() => {
        this.waitingBytes -= piece.bytes.length;
      });
  }

  /** Writes what waits and closes the file. */
  async close(): Promise<void> {
    await this.tail;
    await this.file?.close();
    this.file = null;
  }

  private async write(fragment: Fragment): Promise<void> {
    if (this.broken || this.init === null) return;
    if (fragment.keyframe && (this.file === null || fragment.ptsUs - this.startedUs >= FILE_US)) {
      await this.file?.close();
      this.file = null;
      await mkdir(this.folder, { recursive: true });
      this.file = await open(path.join(this.folder, `${fragment.ptsUs}.mp4`), 'w');
      this.startedUs = fragment.ptsUs;
      await this.file.write(this.init);
    }
    await this.file?.write(fragment.bytes);
  }
}
