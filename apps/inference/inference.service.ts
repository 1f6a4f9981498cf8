import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Clock } from '#base/clock.js';
import { frameId } from '#base/ids.js';
import type { Settings } from '#config/settings.js';
import { FRAMES_QUEUE, laneOf, lanesQueue, serviceKey } from '#contracts/channels.js';
import { frameCaptured, type FrameCaptured } from '#contracts/frame-captured.js';
import type { PosesEstimated } from '#contracts/poses-estimated.js';
import { frameStore, type FrameStore } from '#frames/frame-store.js';
import { openKeyValues } from '#messaging/key-values.js';
import { openReceiver, openSender, type Receiver, type Sender } from '#messaging/queues.js';
import { closeRedis, openRedis, type Redis } from '#messaging/redis.js';
import { startHeartbeat } from '#observability/heartbeat.js';
import type { Logger } from '#observability/logger.js';
import type { SessionPool } from '#onnx/session-pool.js';
import { Batcher } from './batcher.js';
import { analyseFrame } from './frame-analysis.js';
import type { PipelineDesk } from './pipeline-desk.js';
import { INFERENCE_PARTS } from './tokens.js';

/** What the composition root hands over. */
export interface InferenceParts {
  readonly settings: Settings;
  readonly pool: SessionPool;
  readonly desk: PipelineDesk;
  readonly clock: Clock;
  readonly log: Logger;
  /** Unique among the processes that run now. */
  readonly instance: string;
}

const HEARTBEAT_TTL_MS = 10_000;

/** How soon a model that was added, repaired or removed is noticed. */
const REFRESH_MS = 2000;

/** So many messages are taken at once that sessions never wait for pixels and cameras can take turns. */
const LEAST_CONCURRENCY = 16;

/**
 * A CPU gains nothing from batches: at 384 × 512 a frame costs 88 ms alone and 84 ms in a batch of four, which needs four times the
 * memory and answers four times as late (one thread of an EPYC, onnxruntime-node 1.30, 2026-11-21).
 */
function batchLimit(settings: Settings, provider: string): number {
  return provider === 'cpu' ? 1 : settings.POSEWATCH_MAX_BATCH;
}

/** The inference process: frames from the queue, through the sessions, into the lanes of their cameras. */
@Injectable()
export class InferenceService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly redis: Redis;
  private readonly frames: FrameStore;
  private readonly lanes: readonly Sender<PosesEstimated>[];
  private readonly batcher: Batcher;
  private readonly maxBatch: number;
  private receiver: Receiver | null = null;
  private stopHeartbeat: () => void = () => undefined;
  private refreshing: NodeJS.Timeout | undefined;
  private analysed = 0;

  constructor(@Inject(INFERENCE_PARTS) private readonly parts: InferenceParts) {
    const { settings, pool, clock, log } = parts;
    const redisUrl = settings.REDIS_URL;
    this.redis = openRedis(redisUrl, log);
    this.frames = frameStore(openKeyValues(this.redis), settings.POSEWATCH_FRAME_TTL_SEC * 1000);
    this.lanes = Array.from({ length: settings.POSEWATCH_LANES }, (_, lane) =>
      openSender<PosesEstimated>({ redisUrl, queue: lanesQueue(lane), log }),
    );
    this.maxBatch = batchLimit(settings, pool.provider);
    this.batcher = new Batcher(pool, { maxBatch: this.maxBatch, clock });
  }

  onApplicationBootstrap(): void {
    const { settings, pool, log } = this.parts;
    this.receiver = openReceiver({
      redisUrl: settings.REDIS_URL,
      queue: FRAMES_QUEUE,
      schema: frameCaptured,
      concurrency: Math.max(LEAST_CONCURRENCY, 2 * pool.sessions * this.maxBatch),
      exclusive: false,
      handle: (message) => this.handle(message),
      log,
    });
    this.stopHeartbeat = this.beat();
    this.refreshing = setInterval(() => {
      this.parts.desk.refresh().catch((problem: unknown) => {
        log.warn({ problem: String(problem) }, 'models could not be read again');
      });
    }, REFRESH_MS);
    const { provider, sessions } = pool;
    log.info({ provider, sessions, maxBatch: this.maxBatch, instance: this.parts.instance }, 'inference runs');
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopHeartbeat();
    clearInterval(this.refreshing);
    await this.receiver?.close();
    await this.parts.pool.close();
    await Promise.all(this.lanes.map((lane) => lane.close()));
    await closeRedis(this.redis);
  }

  private async handle(message: FrameCaptured): Promise<void> {
    const { clock, log, desk } = this.parts;
    const outcome = await analyseFrame(message, {
      pixels: (key) => this.frames.get(key),
      analyse: (frame) => this.batcher.analyse(frame),
      pipelines: desk,
      clock,
      log,
    });
    if (outcome === null) return;
    await this.lanes[laneOf(message.cameraId, this.lanes.length)].send(frameId(message), outcome);
    if (outcome.outcome === 'poses') this.analysed++;
  }

  private beat(): () => void {
    const { clock, desk, instance, log, pool } = this.parts;
    const keyValues = openKeyValues(this.redis);
    let seen = 0;
    return startHeartbeat({
      service: 'inference',
      instance,
      clock,
      read: () => {
        const frames = this.analysed - seen;
        seen += frames;
        const { provider, sessions, notUsed } = pool;
        return { provider, sessions, frames, notUsed: [...notUsed], problems: desk.problems() };
      },
      write: (health) => keyValues.setJson(serviceKey('inference', instance), health, HEARTBEAT_TTL_MS),
      onProblem: (problem) => {
        log.debug({ problem: String(problem) }, 'heartbeat missed');
      },
    });
  }
}
