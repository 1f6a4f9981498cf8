import { ticksToUs, type TimeBase } from './media-time.js';

/**
 * Reads FFmpeg's `framecrc` output, which runs in lockstep with the raw pixels and carries what they lack: their exact time.
 * Format (libavformat/framecrcenc.c): a `#tb 0: num/den` header, then `stream, dts, pts, duration, size, checksum` a frame.
 */
export class FramecrcParser {
  private unfinished = '';
  private timeBase: TimeBase | null = null;

  /** Presentation times in microseconds of the frames whose lines `text` completes, in order. @throws Error on any other format. */
  push(text: string): number[] {
    const lines = (this.unfinished + text).split('\n');
    this.unfinished = lines.pop() ?? '';
    return lines.flatMap((line) => this.ptsUsOf(line));
  }

  private ptsUsOf(line: string): number[] {
    if (line.startsWith('#')) {
      const match = /^#tb 0: (\d+)\/(\d+)$/.exec(line);
      if (match !== null) this.timeBase = { num: Number(match[1]), den: Number(match[2]) };
      return [];
    }
    if (line.trim() === '') return [];
    const pts = Number(line.split(',')[2]);
    if (this.timeBase === null || !Number.isSafeInteger(pts)) throw new Error(`framecrc line not understood: ${line}`);
    return [ticksToUs(pts, this.timeBase)];
  }
}
