import { readSettings, type Settings } from '#config/settings.js';
import { chosenPlaces, defaultModelsFolder, type Places } from './places.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** What a start of the whole system needs to know. A null URL means: run a private server. */
export interface SystemSettings {
  readonly places: Places;
  readonly databaseUrl: string | null;
  readonly redisUrl: string | null;
  readonly settings: Settings;
  /** For every process that is started: the caller's, with all folders and the port filled in. */
  readonly environment: Environment;
}

/** Names under POSEWATCH_ that are for tests and must not reach the services, which refuse names they do not know. */
const NOT_FOR_SERVICES = new Set(['POSEWATCH_TEST_DATA']);

/** What the command line adds to the environment. */
export interface SystemFlags {
  readonly data?: string | undefined;
  readonly port?: string | undefined;
}

function given(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

/**
 * The settings of a start: flags first, then the environment, then defaults.
 * @throws AppError `invalid-input` that lists every bad setting.
 */
export function systemSettings(environment: Environment, flags: SystemFlags): SystemSettings {
  const places = chosenPlaces(environment, flags.data);
  const own = Object.fromEntries(Object.entries(environment).filter(([name]) => !NOT_FOR_SERVICES.has(name)));
  const filled = {
    ...own,
    NODE_ENV: given(environment.NODE_ENV) ?? 'production',
    POSEWATCH_DATA_DIR: places.data,
    POSEWATCH_MODELS_DIR: defaultModelsFolder(environment),
    ...(flags.port === undefined ? {} : { POSEWATCH_PORT: flags.port }),
  };
  const databaseUrl = given(environment.DATABASE_URL);
  const redisUrl = given(environment.REDIS_URL);
  const settings = readSettings({
    ...filled,
    DATABASE_URL: databaseUrl ?? 'postgresql://private',
    REDIS_URL: redisUrl ?? 'redis://private',
  });
  return { places, databaseUrl, redisUrl, settings, environment: filled };
}
