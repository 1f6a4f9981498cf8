import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { cameraChanged } from '#contracts/camera-changed.js';
import { lanesQueue, serviceKey, topics as topicNames } from '#contracts/channels.js';
import { posesEstimated } from '#contracts/poses-estimated.js';
import { frameStore } from '#frames/frame-store.js';
import { openKeyValues } from '#messaging/key-values.js';
import { openReceiver, type Receiver } from '#messaging/queues.js';
import { closeRedis, openRedis, type Redis } from '#messaging/redis.js';
import { openTopics, type Topics } from '#messaging/topics.js';
import { startHeartbeat } from '#observability/heartbeat.js';
import { CameraContexts } from './camera-contexts.js';
import { LaneWorker } from './lane-worker.js';
import { startStoreSweep } from './store-sweep.js';
import { TRACKER_PARTS, type TrackerParts } from './tracker-parts.js';

const MAX_WAITING = 64;
const TICK_MS = 500;
const HEARTBEAT_TTL_MS = 10_000;

/** The tracker process: a receiver for each lane, all feeding one `LaneWorker`. */
@Injectable()
export class TrackerService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly redis: Redis;
  private readonly topics: Topics;
  private readonly cameras: CameraContexts;
  private readonly worker: LaneWorker;
  private receivers: readonly Receiver[] = [];
  private stopHeartbeat: () => void = () => undefined;
  private stopSweep: () => Promise<void> = () => Promise.resolve();
  private ticker: NodeJS.Timeout | undefined;

  constructor(@Inject(TRACKER_PARTS) private readonly parts: TrackerParts) {
    const { settings, database, clock, log } = parts;
    this.redis = openRedis(settings.REDIS_URL, log);
    this.topics = openTopics(settings.REDIS_URL, log);
    this.cameras = new CameraContexts(database, clock, log);
    const frames = frameStore(openKeyValues(this.redis), settings.POSEWATCH_FRAME_TTL_SEC * 1000);
    this.worker = new LaneWorker(
      { db: database, topics: this.topics, frames, cameras: this.cameras, clock, log },
      {
        dataDir: settings.POSEWATCH_DATA_DIR,
        lateMs: settings.POSEWATCH_LATE_MS,
        maxWaiting: MAX_WAITING,
      },
    );
  }

  onApplicationBootstrap(): void {
    const { settings, log } = this.parts;
    this.receivers = Array.from({ length: settings.POSEWATCH_LANES }, (_, lane) =>
      openReceiver({
        redisUrl: settings.REDIS_URL,
        queue: lanesQueue(lane),
        schema: posesEstimated,
        concurrency: 1,
        exclusive: true,
        handle: (message) => this.worker.handle(message),
        log,
      }),
    );
    const hint = ({ cameraId }: { readonly cameraId: string }): void => {
      this.cameras.changed(cameraId);
    };
    void this.topics.subscribe(topicNames.cameraChanged, cameraChanged, hint);
    this.ticker = setInterval(() => {
      this.worker.passTime().catch((problem: unknown) => {
        log.debug({ problem: String(problem) }, 'missing frames wait on');
      });
    }, TICK_MS);
    this.stopHeartbeat = this.beat();
    this.stopSweep = startStoreSweep(this.parts);
    log.info({ lanes: settings.POSEWATCH_LANES, instance: this.parts.instance }, 'tracker runs');
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.ticker);
    this.stopHeartbeat();
    await this.stopSweep();
    await Promise.all(this.receivers.map((receiver) => receiver.close()));
    await this.topics.close();
    await closeRedis(this.redis);
    await this.parts.database.$disconnect();
  }

  private beat(): () => void {
    const { clock, instance, log } = this.parts;
    const keyValues = openKeyValues(this.redis);
    let seen = 0;
    return startHeartbeat({
      service: 'tracker',
      instance,
      clock,
      read: () => {
        const frames = this.worker.framesDone - seen;
        seen += frames;
        return { provider: null, sessions: 0, frames };
      },
      write: (health) => keyValues.setJson(serviceKey('tracker', instance), health, HEARTBEAT_TTL_MS),
      onProblem: (problem) => {
        log.debug({ problem: String(problem) }, 'heartbeat missed');
      },
    });
  }
}
