import { chmodSync, mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

const OWNER_ONLY = 0o700;
const OTHERS_PASS = 0o711;

function set(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value;
}

function home(environment: Environment): string {
  return set(environment.HOME) ?? os.homedir();
}

/**
 * Where everything that Posewatch keeps lies unless told otherwise: POSEWATCH_DATA_DIR, else `~/.local/share/posewatch`; for root
 * `/var/lib/posewatch`, because PostgreSQL then runs as another user, who may not enter root's home.
 */
function defaultDataFolder(environment: Environment): string {
  const given = set(environment.POSEWATCH_DATA_DIR);
  if (given !== null) return path.resolve(given);
  if (process.getuid?.() === 0) return '/var/lib/posewatch';
  return path.join(set(environment.XDG_DATA_HOME) ?? path.join(home(environment), '.local', 'share'), 'posewatch');
}

function cacheFolder(environment: Environment): string {
  return path.join(set(environment.XDG_CACHE_HOME) ?? path.join(home(environment), '.cache'), 'posewatch');
}

/** Where pulled models lie, outside the installation: POSEWATCH_MODELS_DIR, else `~/.cache/posewatch/models`. */
export function defaultModelsFolder(environment: Environment): string {
  const given = set(environment.POSEWATCH_MODELS_DIR);
  return given === null ? path.join(cacheFolder(environment), 'models') : path.resolve(given);
}

/** Where the demo's clips lie once they are drawn. */
export function demoFolder(environment: Environment): string {
  return path.join(cacheFolder(environment), 'demo');
}

/** The parts of one data folder. */
export interface Places {
  readonly data: string;
  readonly postgres: string;
  readonly redis: string;
  readonly logs: string;
  /** What runs now; see `SystemState`. */
  readonly stateFile: string;
  readonly lockFile: string;
  /** There when the demo's cameras were ever made here: the port they play from. */
  readonly demoFile: string;
}

/** Names the parts of a data folder; makes nothing. */
function placesIn(data: string): Places {
  return {
    data,
    postgres: path.join(data, 'postgres'),
    redis: path.join(data, 'redis'),
    logs: path.join(data, 'logs'),
    stateFile: path.join(data, 'run', 'posewatch.json'),
    lockFile: path.join(data, 'run', 'lock'),
    demoFile: path.join(data, 'demo.json'),
  };
}

/** The places a command is about: its `--data` flag, else the default. */
export function chosenPlaces(environment: Environment, dataFlag: string | undefined): Places {
  return placesIn(dataFlag === undefined ? defaultDataFolder(environment) : path.resolve(dataFlag));
}

/** Makes the data folder for its owner alone; as root, PostgreSQL's user may pass through it but not list it. */
export function makePlaces(places: Places): void {
  mkdirSync(places.data, { recursive: true });
  chmodSync(places.data, process.getuid?.() === 0 ? OTHERS_PASS : OWNER_ONLY);
  mkdirSync(path.dirname(places.stateFile), { recursive: true, mode: OWNER_ONLY });
  mkdirSync(places.logs, { recursive: true, mode: OWNER_ONLY });
}
