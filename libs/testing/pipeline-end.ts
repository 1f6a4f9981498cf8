import path from 'node:path';
import os from 'node:os';
import { mkdtemp, rm } from 'node:fs/promises';
import { pino } from 'pino';
import { FRAMES_QUEUE, lanesQueue, topics as topicNames } from '#contracts/channels.js';
import { frameCaptured, type FrameCaptured } from '#contracts/frame-captured.js';
import { posesEstimated, type PosesEstimated } from '#contracts/poses-estimated.js';
import { frameStore } from '#frames/frame-store.js';
import { openKeyValues } from '#messaging/key-values.js';
import { openReceiver, type Receiver } from '#messaging/queues.js';
import { closeRedis, openRedis, type Redis } from '#messaging/redis.js';
import { openTopics, type Topics } from '#messaging/topics.js';
import { readCheckpoint, saveStep } from '#storage/checkpoints.js';
import { openDatabase, type Database } from '#storage/database.js';
import { migrate } from '#storage/migrate.js';
import { startPostgres, startRedis, type TestServer } from './servers.js';

const log = pino({ level: 'silent' });

/** Later frames behind which a missing live one is given up. */
const GIVEN_UP_BEHIND = 16;

/** A frame as it arrived, with its pixels at that moment. */
export interface ArrivedFrame {
  readonly message: FrameCaptured;
  readonly pixels: Buffer | null;
}

/**
 * The end of the pipeline that ingest feeds, on real Redis and PostgreSQL: takes frames and news in the place of inference and
 * tracker, moves the checkpoint and acknowledges. It finds no people.
 */
export class PipelineEnd {
  readonly frames: ArrivedFrame[] = [];
  readonly news: PosesEstimated[] = [];
  /** Frames are taken from the queue but not acknowledged. */
  paused = false;
  readonly laneCount = 2;
  private readonly done = new Map<string, Set<number>>();
  private readonly receivers: Receiver[];

  private constructor(
    readonly servers: { readonly redis: TestServer; readonly postgres: TestServer },
    readonly database: Database,
    readonly dataDir: string,
  ) {
    const redisUrl = servers.redis.url;
    this.redis = openRedis(redisUrl, log);
    this.topics = openTopics(redisUrl, log);
    const common = { redisUrl, log, concurrency: 1 };
    const store = frameStore(openKeyValues(this.redis), 60_000);
    this.receivers = [
      openReceiver({
        ...{ ...common, queue: FRAMES_QUEUE, schema: frameCaptured, exclusive: false },
        handle: async (message) => {
          while (this.paused) await new Promise((resolve) => setTimeout(resolve, 20));
          const pixels = await store.get(message);
          this.frames.push({ message, pixels });
          // As inference: a file's frame without pixels is left to be sent again.
          if (pixels !== null || message.policy === 'live') await this.finish(message, true);
        },
      }),
      ...Array.from({ length: this.laneCount }, (_, lane) =>
        openReceiver({
          ...{ ...common, queue: lanesQueue(lane), schema: posesEstimated, exclusive: true },
          handle: async (message) => {
            this.news.push(message);
            await this.finish(message, false);
          },
        }),
      ),
    ];
  }

  readonly redis: Redis;
  readonly topics: Topics;

  static async start(): Promise<PipelineEnd> {
    const [redis, postgres] = await Promise.all([startRedis({ appendOnly: false }), startPostgres()]);
    await migrate(postgres.url, path.resolve('prisma/migrations'), log);
    const dataDir = await mkdtemp(path.join(os.tmpdir(), 'posewatch-ingest-'));
    return new PipelineEnd({ redis, postgres }, await openDatabase(postgres.url, log), dataDir);
  }

  async stop(): Promise<void> {
    this.paused = false;
    await Promise.all(this.receivers.map((receiver) => receiver.close()));
    await this.topics.close();
    await closeRedis(this.redis);
    await this.database.$disconnect();
    await Promise.all([this.servers.redis.stop(), this.servers.postgres.stop()]);
    await rm(this.dataDir, { recursive: true, force: true });
  }

  /** Frames of one camera, in the order of their arrival. */
  of(cameraId: string): readonly ArrivedFrame[] {
    return this.frames.filter(({ message }) => message.cameraId === cameraId);
  }

  private async finish(message: FrameCaptured | PosesEstimated, analysed: boolean): Promise<void> {
    const { cameraId, epoch, seq, policy } = message;
    const key = `${cameraId} ${epoch}`;
    const done = this.done.get(key) ?? new Set();
    this.done.set(key, done.add(seq));
    let nextSeq = 0;
    // As in the tracker, a live frame that is missing is given up behind later ones.
    const givenUp = policy === 'live' ? seq - GIVEN_UP_BEHIND : 0;
    while (done.has(nextSeq) || nextSeq < givenUp) nextSeq++;
    const before = await readCheckpoint(this.database, cameraId);
    if (before !== null && (before.epoch > epoch || (before.epoch === epoch && before.nextSeq >= nextSeq))) return;
    const checkpoint = { cameraId, epoch, nextSeq, version: before?.version ?? 0, state: new Uint8Array(0) };
    const nothing = { tracks: [], segments: [], started: [], ended: [], video: null };
    await saveStep(this.database, { checkpoint, ...nothing }).catch(() => undefined);
    const isNewest = seq === nextSeq - 1;
    const news = { cameraId, epoch, seq: nextSeq - 1, analysed: analysed && isNewest, tracks: [] };
    await this.topics.publish(topicNames.tracksUpdated, news);
  }
}
