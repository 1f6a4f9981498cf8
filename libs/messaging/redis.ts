import { Redis } from 'ioredis';
import type { Logger } from '#observability/logger.js';
import { errorNotice } from './error-notice.js';

export type { Redis } from 'ioredis';

const MAX_PAUSE_MS = 1000;

/**
 * One connection to Redis. It reconnects for ever; while Redis is away, commands wait and are sent when it is back, so a
 * command may be run twice. The caller closes it with `quit()` or `disconnect()`.
 */
export function openRedis(url: string, log: Logger): Redis {
  const redis = new Redis(url, {
    maxRetriesPerRequest: null,
    maxLoadingRetryTime: MAX_PAUSE_MS,
    connectTimeout: 5000,
    retryStrategy: (attempt: number) => Math.min(50 * attempt, MAX_PAUSE_MS),
  });
  let away = false;
  const notice = errorNotice(log, 'redis');
  redis.on('error', notice);
  redis.on('reconnecting', () => {
    if (!away) notice('the connection was lost');
    away = true;
  });
  redis.on('ready', () => {
    if (away) log.info({ what: 'redis' }, 'redis is back');
    away = false;
  });
  return redis;
}

/** True when a Redis writes what it is given to disk, or does not tell whether it does. */
export async function keepsOnDisk(redis: Redis): Promise<boolean> {
  try {
    const [appendOnly, save] = [await redis.config('GET', 'appendonly'), await redis.config('GET', 'save')];
    return String(appendOnly) !== 'appendonly,no' || String(save) !== 'save,';
  } catch (problem) {
    if (problem instanceof Error && problem.name === 'ReplyError') return true; // managed servers forbid the question
    throw problem;
  }
}

/** Ends a connection: politely when Redis answers, at once when it is away. */
export async function closeRedis(redis: Redis): Promise<void> {
  if (redis.status === 'ready') await redis.quit().catch(() => undefined);
  redis.disconnect();
}
