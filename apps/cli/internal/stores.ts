import path from 'node:path';
import type { Clock } from '#base/clock.js';
import { createLogger } from '#observability/logger.js';
import { startPostgres, startRedis, type RunningServer } from './infrastructure.js';
import { installRoot } from './install-root.js';
import { step, type Reporter } from './steps.js';
import type { SystemSettings } from './system-settings.js';

/** PostgreSQL and Redis, ready to be used: private ones, or those that the settings name. */
export interface Stores {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  /** The private servers among them, in the order in which they are to be stopped. */
  readonly servers: readonly RunningServer[];
}

/** What a start hands to each of its parts. */
export interface StartContext {
  readonly system: SystemSettings;
  readonly clock: Clock;
  readonly report: Reporter;
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

const SAY_SO_AFTER_MS = 1500;

/** Host and port of a connection URL: all of it that may be shown. */
function shownAddress(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'the given address';
}

/** Waits as long as it takes; says so when it is not at once. */
async function patiently<T>(server: string, work: Promise<T>, context: StartContext): Promise<T> {
  const notice = setTimeout(() => {
    context.report({ kind: 'note', text: `${server} does not answer yet; waiting for it` });
  }, SAY_SO_AFTER_MS);
  try {
    return await Promise.race([work, aborted(context.signal)]);
  } finally {
    clearTimeout(notice);
  }
}

async function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => {
      reject(signal.reason instanceof Error ? signal.reason : new Error('stopped'));
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

async function redisFor(context: StartContext): Promise<RunningServer | string> {
  const { redisUrl, settings, environment, places } = context.system;
  if (redisUrl === null) {
    return startRedis({
      folder: places.redis,
      logFile: path.join(places.logs, 'redis.log'),
      maxBytes: settings.POSEWATCH_REDIS_MAX_BYTES,
      env: { PATH: environment.PATH, LANG: 'C.UTF-8' },
      ...context,
    });
  }
  const { closeRedis, openRedis } = await import('#messaging/redis.js'); // only where it is needed: memory
  const redis = openRedis(redisUrl, createLogger({ service: 'supervisor', level: settings.POSEWATCH_LOG_LEVEL }));
  try {
    await patiently(`Redis at ${shownAddress(redisUrl)}`, redis.ping(), context);
  } finally {
    await closeRedis(redis);
  }
  return redisUrl;
}

async function postgresFor(context: StartContext): Promise<RunningServer | string> {
  const { databaseUrl, settings, environment, places } = context.system;
  if (databaseUrl === null) {
    return startPostgres({
      folder: places.postgres,
      logFile: path.join(places.logs, 'postgres.log'),
      env: { PATH: environment.PATH, LANG: 'C.UTF-8', HOME: '/' },
      ...context,
    });
  }
  const log = createLogger({ service: 'supervisor', level: settings.POSEWATCH_LOG_LEVEL });
  const { openDatabase } = await import('#storage/database.js');
  const database = await patiently(
    `PostgreSQL at ${shownAddress(databaseUrl)}`,
    openDatabase(databaseUrl, log),
    context,
  );
  await database.$disconnect();
  return databaseUrl;
}

/** Whose server it is, for the step that a person reads. */
function label(url: string | null): string {
  return url === null ? 'private' : shownAddress(url);
}

/** Starts or finds both stores, side by side, and brings the database to the newest schema. */
export async function openStores(context: StartContext): Promise<Stores> {
  const { databaseUrl, redisUrl, settings } = context.system;
  const what = `PostgreSQL (${label(databaseUrl)}) and Redis (${label(redisUrl)}) answer`;
  const [postgres, redis] = await step(
    what,
    () => Promise.allSettled([postgresFor(context), redisFor(context)]),
    context,
  );
  const servers = [redis, postgres].flatMap((one) =>
    one.status === 'fulfilled' && typeof one.value !== 'string' ? [one.value] : [],
  );
  try {
    const urls = { databaseUrl: urlOf(postgres), redisUrl: urlOf(redis) };
    const log = createLogger({ service: 'supervisor', level: settings.POSEWATCH_LOG_LEVEL });
    const { migrate } = await import('#storage/migrate.js');
    const folder = path.join(installRoot(), 'prisma', 'migrations');
    await step('database schema is up to date', () => migrate(urls.databaseUrl, folder, log), context);
    return { ...urls, servers };
  } catch (problem) {
    await Promise.allSettled(servers.map((server) => server.stop()));
    throw problem;
  }
}

function urlOf(outcome: PromiseSettledResult<RunningServer | string>): string {
  if (outcome.status === 'rejected') throw outcome.reason;
  return typeof outcome.value === 'string' ? outcome.value : outcome.value.url;
}
