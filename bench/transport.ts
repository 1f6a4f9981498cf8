import { FrameSender } from '#apps/ingest/frame-sender.js';
import { startRedis } from '#apps/cli/internal/infrastructure.js';
import { BytePool } from '#base/byte-pool.js';
import { systemClock } from '#base/clock.js';
import { seededRandom } from '#base/random.js';
import { FRAMES_QUEUE } from '#contracts/channels.js';
import { frameCaptured, type FrameCaptured } from '#contracts/frame-captured.js';
import { frameStore, type FrameStore } from '#frames/frame-store.js';
import type { Size } from '#geometry/letterbox.js';
import { openKeyValues } from '#messaging/key-values.js';
import { openReceiver, openSender, type Receiver } from '#messaging/queues.js';
import { closeRedis, openRedis, type Redis } from '#messaging/redis.js';
import { createLogger } from '#observability/logger.js';
import { AllocationMeter } from './allocation-meter.js';
import { inFolder } from './clips.js';
import { interleaved, sideBySide } from './rounds.js';

/** Pixels in the frame store and a job for each frame, there and back, against the same bytes written and taken out of Redis. */
export interface TransportBench {
  readonly framesPerSec: number;
  /** `SET` and `GETDEL` of the same bytes. */
  readonly bareFramesPerSec: number;
  readonly ratio: number;
  readonly ratioRange: readonly [number, number];
  readonly frameBytes: number;
  /** Frames on their way at once, on both sides. */
  readonly inFlight: number;
  /** What a frame costs more than the bare bytes: `1000 / framesPerSec − 1000 / bareFramesPerSec`. */
  readonly overheadMsPerFrame: number;
  /** What JavaScript allocated on the heap at both ends; pixels lie beside it. */
  readonly heapBytesPerFrame: number;
}

export interface TransportBenchOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly frame: Size;
  readonly inFlight: number;
  readonly seconds: number;
  readonly rounds: number;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

const TTL_MS = 60_000;
const REDIS_BYTES = 512_000_000;
const CAMERA = 'cam_bench0000001';

/** Measures against a private Redis of its own, set up as the product's. */
export async function benchTransport(options: TransportBenchOptions): Promise<TransportBench> {
  return inFolder(async (folder) => {
    const { PATH } = options.environment;
    const env = { PATH, LANG: 'C.UTF-8' };
    const server = await startRedis({ folder, env, maxBytes: REDIS_BYTES, signal: options.signal });
    try {
      return await measure(server.url, options);
    } finally {
      await server.stop();
    }
  });
}

async function measure(redisUrl: string, options: TransportBenchOptions): Promise<TransportBench> {
  const log = createLogger({ service: 'bench', level: 'silent' });
  const [writer, reader] = [openRedis(redisUrl, log), openRedis(redisUrl, log)];
  const pixels = Buffer.alloc(options.frame.widthPx * options.frame.heightPx * 3, 1);
  const road = openRoad({ redisUrl, writer, reader, frame: options.frame, inFlight: options.inFlight });
  const about = { loops: options.inFlight, seconds: options.seconds };
  const meter = new AllocationMeter();
  const made = { bytes: 0, frames: 0 };
  const measured = async () => {
    meter.start();
    const done = await sideBySide(about, () => road.carry(pixels));
    made.bytes += meter.read();
    made.frames += done.count;
    return done;
  };
  let keys = 0;
  try {
    const compared = await interleaved({
      measured,
      bare: () => sideBySide(about, () => setAndTake(pixels, { key: `bare:${keys++}`, writer, reader })),
      ...options,
    });
    const { rate, bareRate, ratio, ratioRange } = compared;
    options.progress(`frames with their jobs: ${rate.toFixed(0)} frames/s; bare bytes: ${bareRate.toFixed(0)}`);
    return {
      ...{ framesPerSec: rate, bareFramesPerSec: bareRate, ratio, ratioRange },
      ...{ frameBytes: pixels.length, inFlight: options.inFlight, overheadMsPerFrame: 1000 / rate - 1000 / bareRate },
      heapBytesPerFrame: made.bytes / made.frames,
    };
  } finally {
    await road.close();
    await Promise.all([writer, reader].map(closeRedis));
  }
}

interface BareKey {
  readonly key: string;
  readonly writer: Redis;
  readonly reader: Redis;
}

async function setAndTake(pixels: Buffer, { key, writer, reader }: BareKey): Promise<number> {
  await writer.set(key, pixels, 'PX', TTL_MS);
  await reader.getdelBuffer(key);
  return 1;
}

interface Road {
  /** Sends a frame as ingest does, and resolves with 1 when it was received, read and discarded. */
  readonly carry: (pixels: Buffer) => Promise<number>;
  readonly close: () => Promise<void>;
}

/** The road of a frame from ingest to inference, with both ends in this process. */
function openRoad(parts: {
  readonly redisUrl: string;
  readonly writer: Redis;
  readonly reader: Redis;
  readonly frame: Size;
  readonly inFlight: number;
}): Road {
  const { redisUrl, frame } = parts;
  const log = createLogger({ service: 'bench', level: 'silent' });
  const jobs = openSender<FrameCaptured>({ redisUrl, queue: FRAMES_QUEUE, log });
  const frames = frameStore(openKeyValues(parts.writer), TTL_MS);
  const sender = new FrameSender({ frames, jobs, lanes: [], random: seededRandom(1) });
  const arrived = new Map<number, () => void>();
  const receiver = openFrames(redisUrl, frameStore(openKeyValues(parts.reader), TTL_MS), {
    inFlight: parts.inFlight,
    onDone: (seq) => arrived.get(seq)?.(),
  });
  const facts = { cameraId: CAMERA, epoch: 1, policy: 'file', source: frame, analysis: frame } as const;
  const stream = { ...facts, profile: 'fast', modelId: null, freshnessMs: null } as const;
  const pool = new BytePool(parts.inFlight);
  let next = 0;
  return {
    carry: async (pixels) => {
      const seq = next++;
      const done = new Promise<void>((resolve) => arrived.set(seq, resolve));
      const frame = pool.take(pixels.length);
      frame.bytes.set(pixels);
      await sender.frame(stream, { seq, ptsUs: seq * 40_000, capturedAtMs: systemClock.nowMs(), pixels: frame });
      frame.release();
      await done;
      arrived.delete(seq);
      return 1;
    },
    close: async () => {
      await receiver.close();
      await jobs.close();
    },
  };
}

function openFrames(
  redisUrl: string,
  frames: FrameStore,
  { inFlight, onDone }: { readonly inFlight: number; readonly onDone: (seq: number) => void },
): Receiver {
  return openReceiver({
    ...{ redisUrl, queue: FRAMES_QUEUE, schema: frameCaptured, concurrency: inFlight, exclusive: false },
    log: createLogger({ service: 'bench', level: 'silent' }),
    handle: async (message) => {
      await frames.get(message);
      await frames.discard([message]);
      onDone(message.seq);
    },
  });
}
