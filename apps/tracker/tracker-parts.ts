import type { Clock } from '#base/clock.js';
import type { Settings } from '#config/settings.js';
import type { Logger } from '#observability/logger.js';
import type { Database } from '#storage/database.js';

/** What the composition root hands over. */
export interface TrackerParts {
  readonly settings: Settings;
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Unique among the processes that run now. */
  readonly instance: string;
}

/** The token under which Nest gives `TrackerParts`. */
export const TRACKER_PARTS = Symbol('TrackerParts');
