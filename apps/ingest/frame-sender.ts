import type { PooledBytes } from '#base/byte-pool.js';
import { frameId, type FrameKey } from '#base/ids.js';
import type { Random } from '#base/random.js';
import { laneOf } from '#contracts/channels.js';
import type { FrameCaptured } from '#contracts/frame-captured.js';
import type { DropReason, PosesEstimated } from '#contracts/poses-estimated.js';
import type { FrameStore } from '#frames/frame-store.js';
import type { Size } from '#geometry/letterbox.js';
import type { Sender } from '#messaging/queues.js';
import type { ProfileName } from '#pose/profile.js';

/** What all frames of one epoch share. */
export interface StreamFacts {
  readonly cameraId: string;
  readonly epoch: number;
  readonly policy: 'live' | 'file';
  readonly source: Size;
  readonly analysis: Size;
  readonly profile: ProfileName;
  readonly modelId: string | null;
  /** How long a live frame is worth analysing; null for a file. */
  readonly freshnessMs: number | null;
}

/** Place and time of a frame in its epoch. */
export interface FrameAt {
  readonly seq: number;
  readonly ptsUs: number;
  readonly capturedAtMs: number;
}

/** A decoded frame on its way to analysis; whoever has it holds its pixels. */
export interface CapturedFrame extends FrameAt {
  readonly pixels: PooledBytes;
}

export interface FrameSenderParts {
  readonly frames: Pick<FrameStore, 'put'>;
  readonly jobs: Pick<Sender<FrameCaptured>, 'send'>;
  readonly lanes: readonly Pick<Sender<PosesEstimated>, 'send'>[];
  readonly random: Random;
}

/** Hands frames to inference, and the news of frames that are not analysed to the tracker. Sending twice has one effect. */
export class FrameSender {
  private readonly parts: FrameSenderParts;

  constructor(parts: FrameSenderParts) {
    this.parts = parts;
  }

  /** Stores the pixels, then says that they are there. The caller holds the pixels until it settles. */
  async frame(stream: StreamFacts, frame: CapturedFrame): Promise<void> {
    const { cameraId, epoch, policy, source, analysis, profile, modelId, freshnessMs } = stream;
    const key = { cameraId, epoch, seq: frame.seq };
    await this.parts.frames.put(key, frame.pixels.bytes);
    const expiresAtMs = freshnessMs === null ? null : frame.capturedAtMs + freshnessMs;
    const about = { policy, source, analysis, profile, modelId, expiresAtMs };
    await this.parts.jobs.send(frameId(key), {
      type: 'frame.captured',
      v: 1,
      ...this.header(key, frame),
      ...about,
    });
  }

  /** A message in the place of a frame that is not analysed. */
  async skipped(stream: StreamFacts, at: FrameAt, reason: DropReason): Promise<void> {
    await this.tell(stream, at, { outcome: 'skipped', reason });
  }

  /** A message in the place of a frame on which nothing has changed since the newest analysed one. */
  async still(stream: StreamFacts, at: FrameAt): Promise<void> {
    await this.tell(stream, at, { outcome: 'still' });
  }

  /** The epoch is over; `at.seq` is the number of its frames. */
  async ended(stream: StreamFacts, at: FrameAt, how: 'complete' | 'cut'): Promise<void> {
    await this.tell(stream, at, { outcome: 'ended', how });
  }

  private async tell(
    stream: StreamFacts,
    at: FrameAt,
    news:
      { outcome: 'skipped'; reason: DropReason } | { outcome: 'still' } | { outcome: 'ended'; how: 'complete' | 'cut' },
  ): Promise<void> {
    const { cameraId, epoch, policy, source } = stream;
    const key = { cameraId, epoch, seq: at.seq };
    const lane = this.parts.lanes[laneOf(cameraId, this.parts.lanes.length)];
    await lane.send(frameId(key), {
      type: 'poses.estimated',
      v: 1,
      ...this.header(key, at),
      policy,
      source,
      ...news,
    });
  }

  private header(key: FrameKey, at: FrameAt): FrameKey & FrameAt & { traceId: string } {
    const traceId = Math.floor(this.parts.random() * 2 ** 48)
      .toString(16)
      .padStart(12, '0');
    return { ...key, capturedAtMs: at.capturedAtMs, ptsUs: at.ptsUs, traceId };
  }
}
