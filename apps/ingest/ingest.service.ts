import path from 'node:path';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type { Clock } from '#base/clock.js';
import { asAppError } from '#base/errors.js';
import type { Random } from '#base/random.js';
import type { Settings } from '#config/settings.js';
import { cameraChanged } from '#contracts/camera-changed.js';
import { FRAMES_QUEUE, VIDEOS_QUEUE, lanesQueue, serviceKey, topics as topicNames } from '#contracts/channels.js';
import type { FrameCaptured } from '#contracts/frame-captured.js';
import type { PosesEstimated } from '#contracts/poses-estimated.js';
import { videoUploaded, type VideoUploaded } from '#contracts/video-uploaded.js';
import { frameStore } from '#frames/frame-store.js';
import { openKeyValues, type KeyValues } from '#messaging/key-values.js';
import { openReceiver, openSender, type Receiver, type Sender } from '#messaging/queues.js';
import { closeRedis, openRedis, type Redis } from '#messaging/redis.js';
import { openTopics, type Topics } from '#messaging/topics.js';
import { startHeartbeat } from '#observability/heartbeat.js';
import type { Logger } from '#observability/logger.js';
import type { SecretBox } from '#security/secret-box.js';
import type { Database } from '#storage/database.js';
import { Acknowledgements } from './acknowledgements.js';
import { CameraFleet } from './camera-fleet.js';
import { FrameSender, type FrameSenderParts } from './frame-sender.js';
import type { IngestParts } from './ingest-parts.js';
import { sweepRecordings } from './recording-sweep.js';
import { INGEST_PARTS } from './tokens.js';
import { VideoRunner } from './video-runner.js';

/** What the composition root hands over. */
export interface IngestServiceParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly secretBox: SecretBox;
  /** Unique among the processes that run now. */
  readonly instance: string;
}

const REFRESH_MS = 10_000;
const CANCEL_CHECK_MS = 2000;
const SWEEP_MS = 30_000;
const HEARTBEAT_TTL_MS = 10_000;

/** The ingest process: live cameras and uploaded files, on shared connections. */
@Injectable()
export class IngestService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly redis: Redis;
  private readonly keyValues: KeyValues;
  private readonly topics: Topics;
  private readonly jobs: Sender<FrameCaptured>;
  private readonly lanes: readonly Sender<PosesEstimated>[];
  private readonly uploads: Sender<VideoUploaded>;
  private readonly acknowledgements = new Acknowledgements();
  private readonly fleet: CameraFleet;
  private readonly videos: VideoRunner;
  private frames = 0;
  private receiver: Receiver | null = null;
  private timers: NodeJS.Timeout[] = [];
  private stopHeartbeat: () => void = () => undefined;

  constructor(@Inject(INGEST_PARTS) private readonly parts: IngestServiceParts) {
    const { settings, log, random } = parts;
    const { REDIS_URL: redisUrl } = settings;
    this.redis = openRedis(redisUrl, log);
    this.keyValues = openKeyValues(this.redis);
    this.topics = openTopics(redisUrl, log);
    this.jobs = openSender<FrameCaptured>({ redisUrl, queue: FRAMES_QUEUE, log });
    this.lanes = Array.from({ length: settings.POSEWATCH_LANES }, (_, lane) =>
      openSender<PosesEstimated>({ redisUrl, queue: lanesQueue(lane), log }),
    );
    this.uploads = openSender<VideoUploaded>({ redisUrl, queue: VIDEOS_QUEUE, log });
    const store = frameStore(this.keyValues, settings.POSEWATCH_FRAME_TTL_SEC * 1000);
    const shared = this.shared({ frames: this.counted(store), jobs: this.jobs, lanes: this.lanes, random });
    this.fleet = new CameraFleet(shared, parts.secretBox);
    this.videos = new VideoRunner(shared);
  }

  async onApplicationBootstrap(): Promise<void> {
    const { settings, log, instance } = this.parts;
    await this.acknowledgements.open(this.topics);
    await this.topics.subscribe(topicNames.cameraChanged, cameraChanged, () => {
      void this.fleet.refresh();
      this.attempt(() => this.videos.endCancelled());
    });
    this.receiver = openReceiver({
      ...{ redisUrl: settings.REDIS_URL, queue: VIDEOS_QUEUE, schema: videoUploaded, exclusive: false, log },
      concurrency: settings.POSEWATCH_VIDEO_CONCURRENCY,
      handle: (message) => this.videos.handle(message),
    });
    this.every(REFRESH_MS, () => this.fleet.refresh());
    this.every(CANCEL_CHECK_MS, () => this.videos.endCancelled());
    this.every(SWEEP_MS, () => this.videos.sweep(this.uploads));
    this.every(SWEEP_MS, () => this.sweepDisk());
    this.stopHeartbeat = this.beat();
    log.info({ instance, videoConcurrency: settings.POSEWATCH_VIDEO_CONCURRENCY }, 'ingest runs');
  }

  async onApplicationShutdown(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.stopHeartbeat();
    // The receiver learns first that it ends, so that an aborted file goes back to the queue at once.
    const received = this.receiver?.close();
    this.videos.close();
    await Promise.all([received, this.fleet.close()]);
    await Promise.all([this.jobs, this.uploads, ...this.lanes].map((sender) => sender.close()));
    await this.topics.close();
    await closeRedis(this.redis);
    await this.parts.database.$disconnect();
  }

  private shared(senderParts: FrameSenderParts): IngestParts {
    const { settings, database, clock, random, log, instance } = this.parts;
    const cameraSlots = { taken: 0, isFree: (): boolean => cameraSlots.taken < settings.POSEWATCH_MAX_CAMERAS };
    return {
      ...{ settings, database, clock, random, log, instance, cameraSlots },
      ...{ redis: this.redis, keyValues: this.keyValues, acknowledgements: this.acknowledgements },
      sender: new FrameSender(senderParts),
    };
  }

  private counted(store: FrameSenderParts['frames']): FrameSenderParts['frames'] {
    return {
      put: (key, pixels) => {
        this.frames++;
        return store.put(key, pixels);
      },
    };
  }

  /** Runs `work` now and each `periodMs`; a failure is logged and tried again with the next period. */
  private every(periodMs: number, work: () => Promise<unknown>): void {
    this.attempt(work);
    this.timers.push(
      setInterval(() => {
        this.attempt(work);
      }, periodMs),
    );
  }

  private attempt(work: () => Promise<unknown>): void {
    work().catch((problem: unknown) => {
      this.parts.log.warn({ problem: asAppError(problem).message }, 'tried again later');
    });
  }

  private async sweepDisk(): Promise<void> {
    const { settings, log } = this.parts;
    const folder = path.join(settings.POSEWATCH_DATA_DIR, 'recordings');
    const files = await sweepRecordings(folder, settings.POSEWATCH_RECORDING_MAX_BYTES);
    if (files > 0) log.info({ files }, 'the oldest recordings were removed');
  }

  private beat(): () => void {
    const { clock, instance, log } = this.parts;
    return startHeartbeat({
      service: 'ingest',
      ...{ instance, clock },
      read: () => {
        const { frames } = this;
        this.frames = 0;
        return { provider: null, sessions: this.fleet.size + this.videos.size, frames };
      },
      write: (health) => this.keyValues.setJson(serviceKey('ingest', instance), health, HEARTBEAT_TTL_MS),
      onProblem: (problem) => {
        log.debug({ problem: String(problem) }, 'heartbeat missed');
      },
    });
  }
}
