import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import { VIDEOS_QUEUE, serviceKey, topics } from '#contracts/channels.js';
import { serviceHealth, type ServiceHealth } from '#contracts/service-health.js';
import { tracksUpdated, type TracksUpdated } from '#contracts/tracks-updated.js';
import type { VideoUploaded } from '#contracts/video-uploaded.js';
import { openKeyValues } from '#messaging/key-values.js';
import { closeRedis, openRedis, type Redis } from '#messaging/redis.js';
import { openSender, type Sender } from '#messaging/queues.js';
import { openTopics, type Topics } from '#messaging/topics.js';
import { createLogger } from '#observability/logger.js';
import { openDatabase, type Database } from '#storage/database.js';
import { videoById, type StoredVideo } from '#storage/videos.js';
import { makePlaces } from '../internal/places.js';
import type { KeptProcess } from '../internal/service-process.js';
import { makeServices, stopServices } from '../internal/services.js';
import { openStores, type StartContext, type Stores } from '../internal/stores.js';
import { systemSettings, type SystemSettings } from '../internal/system-settings.js';

/**
 * The pipeline for one analysis: private PostgreSQL and Redis and the services ingest, inference and tracker as child processes,
 * all on a temporary folder that goes with them. The same services and code path as `posewatch up`.
 */
export interface EngineOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Settings that this run needs otherwise, such as `POSEWATCH_VIDEO_CONCURRENCY`. */
  readonly overrides: Readonly<Record<string, string>>;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

const POLL_MS = 200;
const GIVE_UP_AFTER_RESTARTS = 3;
const SHOWN_LOG_LINES = 3;

/** A started pipeline. `stop` ends everything it started and removes its folder. */
export class Engine {
  readonly database: Database;
  readonly dataFolder: string;
  private readonly parts: EngineParts;
  private stopped: Promise<void> | null = null;

  constructor(parts: EngineParts) {
    this.parts = parts;
    this.database = parts.database;
    this.dataFolder = parts.system.places.data;
  }

  /** Resolves when every service has beaten once. @throws AppError as `finished`. */
  async servicesReady(): Promise<void> {
    const keyValues = openKeyValues(this.parts.redis);
    for (const { name } of this.parts.services) {
      while ((await keyValues.listJson(serviceKey(name, ''), serviceHealth)).length === 0) {
        this.checkRunning();
        await sleep(POLL_MS);
      }
    }
  }

  /** The last heartbeat of each service that beats. */
  async health(): Promise<readonly ServiceHealth[]> {
    const keyValues = openKeyValues(this.parts.redis);
    const { services } = this.parts;
    return (
      await Promise.all(services.map(({ name }) => keyValues.listJson(serviceKey(name, ''), serviceHealth)))
    ).flat();
  }

  /** Pipelines that cannot be used, as inference says with its first heartbeat from now on. @throws AppError as `finished`. */
  async pipelineProblems(): Promise<NonNullable<ServiceHealth['problems']>> {
    const sinceMs = systemClock.nowMs();
    for (;;) {
      const inference = (await this.health()).filter(({ service }) => service === 'inference');
      if (inference.length > 0 && inference.every(({ atMs }) => atMs >= sinceMs))
        return inference.flatMap(({ problems }) => problems ?? []);
      this.checkRunning();
      await sleep(POLL_MS);
    }
  }

  /** Hands a stored video to ingest. */
  async submit(cameraId: string): Promise<void> {
    await this.parts.videos.send(cameraId, { type: 'video.uploaded', v: 1, cameraId });
  }

  /** Calls `listener` with every `tracks.updated`. */
  async onTracks(listener: (message: TracksUpdated) => void): Promise<void> {
    await this.parts.topics.subscribe(topics.tracksUpdated, tracksUpdated, listener);
  }

  /**
   * Resolves with the video's row when it is done, failed or cancelled; `onPoll` sees it on the way.
   * @throws AppError `cancelled` when aborted, `unavailable` with the log's last words when a service does not stay up.
   */
  async finished(cameraId: string, onPoll: (video: StoredVideo) => void): Promise<StoredVideo> {
    for (;;) {
      this.checkRunning();
      const video = await videoById(this.database, cameraId);
      if (video === null) throw new AppError('internal', `The row of video ${cameraId} is gone.`);
      if (['done', 'failed', 'cancelled'].includes(video.status)) return video;
      onPoll(video);
      await sleep(POLL_MS);
    }
  }

  /** Repeatable. */
  stop(): Promise<void> {
    this.stopped ??= stopEngine(this.parts);
    return this.stopped;
  }

  private checkRunning(): void {
    if (this.parts.signal.aborted) throw new AppError('cancelled', 'Stopped before the analysis was done.');
    for (const service of this.parts.services) {
      const { name, restarts, lastExit } = service.status();
      if (restarts < GIVE_UP_AFTER_RESTARTS) continue;
      const said = lastWords(path.join(this.parts.system.places.logs, `${name}.log`));
      throw new AppError(
        'unavailable',
        `The service ${name} does not stay up (${lastExit ?? 'it ends at once'}).${said}`,
      );
    }
  }
}

interface EngineParts {
  readonly system: SystemSettings;
  readonly stores: Stores;
  readonly services: readonly KeptProcess[];
  readonly database: Database;
  readonly videos: Sender<VideoUploaded>;
  readonly topics: Topics;
  readonly redis: Redis;
  readonly signal: AbortSignal;
}

/** The last lines of a service's log that say something is wrong, each on a line of its own. */
function lastWords(logFile: string): string {
  if (!existsSync(logFile)) return '';
  const lines = readFileSync(logFile, 'utf8').trim().split('\n');
  const bad = lines.filter((line) => /"level":"(error|fatal)"|^\S*Error: /.test(line));
  return (bad.length > 0 ? bad : lines)
    .slice(-SHOWN_LOG_LINES)
    .map((line) => `\n  ${line}`)
    .join('');
}

/** The settings of a private run: nothing of a system that may run beside it. */
function privateSettings(options: EngineOptions, folder: string): SystemSettings {
  const none = { DATABASE_URL: undefined, REDIS_URL: undefined, POSEWATCH_DATA_DIR: undefined };
  return systemSettings({ ...options.environment, ...options.overrides, ...none }, { data: folder });
}

/**
 * Starts the pipeline.
 * @throws AppError when a part does not come up; nothing is left running then.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-analyze-'));
  let stores: Stores | null = null;
  let engine: Engine | null = null;
  try {
    const system = privateSettings(options, folder);
    makePlaces(system.places);
    const context: StartContext = {
      system,
      clock: systemClock,
      signal: options.signal,
      report: (report) => {
        if (report.kind === 'note') options.progress(report.text);
      },
      onChange: () => undefined,
    };
    // A log line on stdout would spoil the JSON that belongs there; the services log into files.
    const quiet = { ...system, settings: { ...system.settings, POSEWATCH_LOG_LEVEL: 'silent' as const } };
    const opened = await openStores({ ...context, system: quiet });
    stores = opened;
    engine = await connect(context, opened);
    await engine.servicesReady();
    return engine;
  } catch (problem) {
    if (engine !== null) {
      await engine.stop();
      throw problem;
    }
    for (const server of stores?.servers ?? []) await server.stop();
    await rm(folder, { recursive: true, force: true });
    throw problem;
  }
}

async function connect(context: StartContext, stores: Stores): Promise<Engine> {
  const { system, signal } = context;
  const log = createLogger({ service: 'analyze', level: 'silent' });
  const services = makeServices(context, stores).filter((service) => service.name !== 'dashboard');
  const database = await openDatabase(stores.databaseUrl, log);
  const videos = openSender<VideoUploaded>({ redisUrl: stores.redisUrl, queue: VIDEOS_QUEUE, log });
  for (const service of services) service.start();
  const redis = openRedis(stores.redisUrl, log);
  return new Engine({
    system,
    stores,
    services,
    database,
    videos,
    topics: openTopics(stores.redisUrl, log),
    redis,
    signal,
  });
}

async function stopEngine(parts: EngineParts): Promise<void> {
  const { services, stores, database, videos } = parts;
  await stopServices(services);
  await Promise.allSettled([videos.close(), parts.topics.close(), closeRedis(parts.redis), database.$disconnect()]);
  for (const server of stores.servers) await server.stop();
  await rm(parts.system.places.data, { recursive: true, force: true });
}
