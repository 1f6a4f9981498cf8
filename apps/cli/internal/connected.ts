import { AppError } from '#base/errors.js';
import { openTopics, type Topics } from '#messaging/topics.js';
import { createLogger } from '#observability/logger.js';
import { openDatabase, type Database } from '#storage/database.js';
import type { CommandIo } from '../command.js';
import { readState, supervisorRuns } from './system-state.js';
import { systemSettings, type SystemSettings } from './system-settings.js';

/** A command's connection to the stores of a running system. */
export interface Connected {
  readonly database: Database;
  readonly topics: Topics;
  readonly system: SystemSettings;
}

function addresses(system: SystemSettings): { readonly databaseUrl: string; readonly redisUrl: string } {
  const { databaseUrl, redisUrl, places } = system;
  if (databaseUrl !== null && redisUrl !== null) return { databaseUrl, redisUrl };
  const state = readState(places);
  if (state === null || !supervisorRuns(state)) {
    throw new AppError(
      'unavailable',
      `Posewatch does not run on ${places.data}. Start it with "posewatch up", or name its folder with --data DIR.`,
    );
  }
  return state;
}

/**
 * Lets a command work on the database of the system that runs on a data folder, or on the one of DATABASE_URL and REDIS_URL.
 * @throws AppError `unavailable` when nothing runs there.
 */
export async function withSystem<T>(
  io: CommandIo,
  dataFlag: string | undefined,
  work: (connected: Connected) => Promise<T>,
): Promise<T> {
  const system = systemSettings(io.environment, { data: dataFlag });
  const { databaseUrl, redisUrl } = addresses(system);
  const log = createLogger({ service: 'cli', level: 'silent' });
  const database = await openDatabase(databaseUrl, log);
  const topics = openTopics(redisUrl, log);
  try {
    return await work({ database, topics, system });
  } finally {
    await topics.close();
    await database.$disconnect();
  }
}
