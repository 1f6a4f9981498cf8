import type { Clock } from '#base/clock.js';
import type { Random } from '#base/random.js';
import type { Settings } from '#config/settings.js';
import type { VideoUploaded } from '#contracts/video-uploaded.js';
import type { KeyValues } from '#messaging/key-values.js';
import type { QueueCounts, Sender } from '#messaging/queues.js';
import type { Redis } from '#messaging/redis.js';
import type { Topics } from '#messaging/topics.js';
import type { Logger } from '#observability/logger.js';
import type { ModelEntry } from '#onnx/manifest.js';
import type { PullOptions } from '#onnx/pull-options.js';
import type { SecretBox } from '#security/secret-box.js';
import type { Database } from '#storage/database.js';
import type { Metrics } from './system/metrics.js';

/** What a reachable camera sends. */
export interface CameraPicture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly codec: string;
  /** Frames a second; null when the camera does not say. */
  readonly fps: number | null;
}

/** A queue whose depth is shown. */
export interface WatchedQueue {
  readonly name: string;
  readonly counts: () => Promise<QueueCounts>;
}

/** Where a model is taken from, and how its installation tells its steps and is stopped. */
export type PullSteps = Required<Pick<PullOptions, 'onProgress' | 'onBytes' | 'signal' | 'from'>>;

/** Everything the dashboard works with, opened by `main.ts` and by tests. Whoever opened a part closes it. */
export interface Parts {
  readonly database: Database;
  readonly redis: Redis;
  /** Opens one more connection, for a reader that blocks. */
  readonly openRedis: () => Redis;
  readonly keyValues: KeyValues;
  readonly topics: Topics;
  readonly videos: Sender<VideoUploaded>;
  readonly queues: readonly WatchedQueue[];
  readonly secretBox: SecretBox;
  /** @throws AppError with a sentence for a person when the camera cannot be used. */
  readonly probe: (url: string) => Promise<CameraPicture>;
  readonly metrics: Metrics;
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Installs a model, as the command line does. */
  readonly pullModel: (entry: ModelEntry, how: PullSteps) => Promise<unknown>;
  /** The built `libs/onnx/dry-run-worker.js`, in which models are tried. */
  readonly dryRunWorker: URL;
  /** The built `apps/dashboard/videos/import-worker.js`, in which files of tracks are imported. */
  readonly importWorker: URL;
  /** File that says which models there are. */
  readonly modelsManifest: string;
  /** Folder of the built page; it may not exist. */
  readonly pageDir: string;
}

export const PARTS = Symbol('parts of the dashboard');
