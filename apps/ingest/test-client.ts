import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pino } from 'pino';
import { systemClock } from '#base/clock.js';
import { seededRandom } from '#base/random.js';
import { readSettings } from '#config/settings.js';
import { cameraHealth, type CameraHealth } from '#contracts/camera-health.js';
import { healthKey, topics as topicNames } from '#contracts/channels.js';
import { openKeyValues } from '#messaging/key-values.js';
import { openSecretBox } from '#security/secret-box.js';
import { openDatabase } from '#storage/database.js';
import { createVideo, videoById, type NewVideo, type StoredVideo } from '#storage/videos.js';
import { PipelineEnd } from '#testing/pipeline-end.js';
import { waitUntil } from '#testing/servers.js';
import { IngestService } from './ingest.service.js';

const log = pino({ level: 'silent' });

/** Ingest processes before a real Redis, PostgreSQL and the end of a pipeline: what the integration specs of ingest run on. */
export class IngestBench {
  private readonly running: IngestService[] = [];

  private constructor(readonly pipeline: PipelineEnd) {}

  static async open(): Promise<IngestBench> {
    return new IngestBench(await PipelineEnd.start());
  }

  async close(): Promise<void> {
    await this.stopAll();
    await this.pipeline.stop();
  }

  /** A path in the data folder of all ingest processes. */
  at(name: string): string {
    return path.join(this.pipeline.dataDir, name);
  }

  /** Starts an ingest service with these settings besides those of the servers. */
  async start(instance: string, settings: Readonly<Record<string, string>> = {}): Promise<IngestService> {
    const { servers, dataDir, laneCount } = this.pipeline;
    const service = new IngestService({
      ...{ log, instance, clock: systemClock, random: seededRandom(1) },
      settings: readSettings({
        DATABASE_URL: servers.postgres.url,
        REDIS_URL: servers.redis.url,
        POSEWATCH_DATA_DIR: dataDir,
        POSEWATCH_MODELS_DIR: dataDir,
        POSEWATCH_LANES: String(laneCount),
        POSEWATCH_RTSP_TIMEOUT_MS: '3000',
        POSEWATCH_RECONNECT_MAX_MS: '1000',
        POSEWATCH_FILE_IN_FLIGHT: '4',
        ...settings,
      }),
      database: await openDatabase(servers.postgres.url, log),
      secretBox: openSecretBox(dataDir),
    });
    this.running.push(service);
    await service.onApplicationBootstrap();
    return service;
  }

  /** Ends one ingest service, as SIGTERM does. */
  async end(service: IngestService): Promise<void> {
    this.running.splice(this.running.indexOf(service), 1);
    await service.onApplicationShutdown();
  }

  async stopAll(): Promise<void> {
    await Promise.all(this.running.splice(0).map((service) => service.onApplicationShutdown()));
  }

  /** Stores a file that lies in the data folder. */
  async addVideo(id: string, name: string, more: Partial<NewVideo> = {}): Promise<void> {
    const about = { fileName: name, path: this.at(name), bytes: 1, startedAtMs: 5000, ...more };
    await createVideo(this.pipeline.database, { id, ...about });
  }

  /** The file's row once it has its result. */
  async finished(id: string): Promise<StoredVideo> {
    const found: StoredVideo[] = [];
    await waitUntil(async () => {
      const video = await videoById(this.pipeline.database, id);
      if (video === null || !/done|failed|cancelled/.test(video.status))
        throw new Error(`${id} is ${String(video?.status)}`);
      found.push(video);
    }, 30_000);
    return found[0];
  }

  /** What ingest says of a camera now; null: nothing. */
  async health(cameraId: string): Promise<CameraHealth | null> {
    return openKeyValues(this.pipeline.redis).getJson(healthKey(cameraId), cameraHealth);
  }

  /** Resolves when a camera's health has all that is expected. */
  async healthBecomes(
    cameraId: string,
    expected: Readonly<Partial<Record<keyof CameraHealth, unknown>>>,
  ): Promise<void> {
    await waitUntil(async () => {
      expect(await this.health(cameraId)).toMatchObject(expected);
    }, 30_000);
  }

  /** Says that a camera's row has changed, as the dashboard does. */
  async sayChanged(cameraId: string): Promise<void> {
    await this.pipeline.topics.publish(topicNames.cameraChanged, { type: 'camera.changed', v: 1, cameraId });
  }

  /** Files below a folder of the data folder; none where there is no such folder. */
  async filesIn(folder: string): Promise<readonly string[]> {
    return readdir(this.at(folder), { recursive: true }).catch(() => []);
  }
}

/** Resolves when `ready` does not throw, for conditions on what is in memory. */
export async function until(ready: () => unknown, timeoutMs = 30_000): Promise<void> {
  await waitUntil(() => Promise.resolve().then(ready), timeoutMs);
}
