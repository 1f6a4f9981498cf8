import type { Readable } from 'node:stream';
import { BytePool, type PooledBytes } from '#base/byte-pool.js';
import { FramecrcParser } from './framecrc.js';

/** One decoded picture of analysis size with the time its stream gave it. */
export interface RawFrame {
  /** Counts the frames of a session from 0. */
  readonly seq: number;
  /** Presentation time stamp, microseconds. */
  readonly ptsUs: number;
  /** Raw RGB, `width × height × 3` bytes; nobody writes to them before `held` is released. */
  readonly pixels: Uint8Array;
  /** The same pixels, held by the receiver: it may release them for the next frames, or keep them. */
  readonly held: PooledBytes;
}

/**
 * Pairs the pixels with the times that FFmpeg's tee writes in lockstep. Reads no more pixels than are asked for: not asking
 * fills the socket and halts FFmpeg. Ends when either stream ends; a last frame that is not whole is dropped.
 */
export async function* pairFrames(
  pixels: Readable,
  times: Readable,
  frameBytes: number,
): AsyncGenerator<RawFrame, void> {
  const queue = new TimeQueue(times);
  let seq = 0;
  for await (const frame of wholeFrames(pixels, frameBytes)) {
    const ptsUs = await queue.next();
    if (ptsUs === null) return;
    yield { seq, ptsUs, pixels: frame.bytes, held: frame };
    seq++;
  }
}

/** What a socket gives, in order. A socket that breaks off has ended: why, FFmpeg's exit says. */
export async function* chunksOf(socket: Readable): AsyncGenerator<Buffer, void> {
  try {
    for await (const chunk of socket as AsyncIterable<Buffer>) yield chunk;
  } catch {
    socket.destroy();
  }
}

/** Frames that were released and wait to be used again: a few, since they come back one by one. */
const KEPT_FRAMES = 8;

async function* wholeFrames(pixels: Readable, frameBytes: number): AsyncGenerator<PooledBytes, void> {
  const pool = new BytePool(KEPT_FRAMES);
  let frame = pool.take(frameBytes);
  let filled = 0;
  for await (const chunk of chunksOf(pixels)) {
    for (let from = 0; from < chunk.length;) {
      const copied = chunk.copy(frame.bytes, filled, from);
      from += copied;
      filled += copied;
      if (filled < frameBytes) continue;
      yield frame;
      frame = pool.take(frameBytes);
      filled = 0;
    }
  }
}

/** Times as they come in; FFmpeg writes one only after the pixels before it were taken, so the queue stays short. */
class TimeQueue {
  private readonly parser = new FramecrcParser();
  private readonly waiting: number[] = [];
  private finished = false;
  private wake: () => void = () => undefined;

  constructor(times: Readable) {
    times.setEncoding('utf8');
    times.on('data', (text: string) => {
      this.waiting.push(...this.parser.push(text));
      this.wake();
    });
    times.once('close', () => {
      this.finished = true;
      this.wake();
    });
  }

  async next(): Promise<number | null> {
    for (;;) {
      const ptsUs = this.waiting.shift();
      if (ptsUs !== undefined) return ptsUs;
      if (this.finished) return null;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
