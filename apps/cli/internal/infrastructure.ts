import path from 'node:path';
import { systemClock, type Clock } from '#base/clock.js';
import { installRoot } from './install-root.js';
import { postgresServer } from './postgres-server.js';
import type { PrivateServer } from './private-server.js';
import { redisServer } from './redis-server.js';
import { KeptProcess, type ProcessSpec } from './service-process.js';
import { waitFor } from './waiting.js';

/** Where a private server lives and who hears of its life. */
export interface ServerOptions {
  /** Holds its data, its address and its password; made when absent. */
  readonly folder: string;
  /** Environment of the server process. */
  readonly env: ProcessSpec['env'];
  /** File for its own output; default `server.log` in `folder`. */
  readonly logFile?: string;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  readonly onChange?: () => void;
}

/** A private server that is kept running: when it ends by itself, it is started again on the same address. */
export interface RunningServer {
  /** Connection URL with the password; never log it. */
  readonly url: string;
  readonly process: KeptProcess;
  readonly stop: () => Promise<void>;
}

const READY_MS = 60_000;
const GIVE_UP_AFTER_RESTARTS = 4;
const DEFAULT_REDIS_BYTES = 512_000_000;

async function keep(server: PrivateServer, options: ServerOptions): Promise<RunningServer> {
  const onChange = options.onChange;
  const kept = new KeptProcess(server.spec, { clock: options.clock ?? systemClock, ...(onChange && { onChange }) });
  kept.start();
  const hopeless = (): string | null => {
    const { restarts, lastExit } = kept.status();
    return restarts > GIVE_UP_AFTER_RESTARTS ? `${lastExit ?? 'it ends at once'}; see ${server.spec.logFile}` : null;
  };
  try {
    await waitFor(server.spec.name, server.ready, { timeoutMs: READY_MS, signal: options.signal, hopeless });
  } catch (problem) {
    await kept.stop();
    throw problem;
  }
  return { url: server.url, process: kept, stop: () => kept.stop() };
}

/**
 * Starts a private PostgreSQL and resolves when it takes connections (0.1 s; 1.5 s the first time, which creates the cluster).
 * What a killed predecessor left on the folder is recovered. The returned URL names the database `posewatch`.
 * @throws AppError when the folder cannot be used or the server does not come up.
 */
export async function startPostgres(options: ServerOptions): Promise<RunningServer> {
  const { folder, env, logFile = path.join(folder, 'server.log') } = options;
  return keep(await postgresServer({ root: installRoot(), folder, logFile, env }), options);
}

/**
 * Starts a private Redis, which keeps nothing on disk, and resolves when it answers.
 * @throws AppError when it does not come up.
 */
export async function startRedis(options: ServerOptions & { readonly maxBytes?: number }): Promise<RunningServer> {
  const { folder, env, logFile = path.join(folder, 'server.log'), maxBytes = DEFAULT_REDIS_BYTES } = options;
  return keep(await redisServer({ folder, logFile, maxBytes, env }), options);
}
