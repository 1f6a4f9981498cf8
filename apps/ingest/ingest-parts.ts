import type { Clock } from '#base/clock.js';
import type { Random } from '#base/random.js';
import type { Settings } from '#config/settings.js';
import type { KeyValues } from '#messaging/key-values.js';
import type { Redis } from '#messaging/redis.js';
import type { Logger } from '#observability/logger.js';
import type { Database } from '#storage/database.js';
import type { Acknowledgements } from './acknowledgements.js';
import type { FrameSender } from './frame-sender.js';

/** How many cameras this process runs, of how many at most. */
export interface CameraSlots {
  taken: number;
  readonly isFree: () => boolean;
}

/** What cameras and videos are run with. */
export interface IngestParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly redis: Redis;
  readonly keyValues: KeyValues;
  readonly sender: FrameSender;
  readonly acknowledgements: Acknowledgements;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Unique among the processes that run now. */
  readonly instance: string;
  readonly cameraSlots: CameraSlots;
}
