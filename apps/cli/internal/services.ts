import path from 'node:path';
import { AppError } from '#base/errors.js';
import { builtFile, installRoot } from './install-root.js';
import { KeptProcess, type ProcessSpec } from './service-process.js';
import { step } from './steps.js';
import type { StartContext, Stores } from './stores.js';
import { waitFor } from './waiting.js';

/** The four services in the order in which they stop: whoever makes work stops first. */
export const serviceNames = ['ingest', 'inference', 'tracker', 'dashboard'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Services end by themselves within 5 s of SIGTERM. */
const STOP_MS = 6000;
/** A machine that is busy with other things still gets there. */
const PAGE_MS = 180_000;
const GIVE_UP_AFTER_RESTARTS = 3;

/**
 * Memory: a service is small, Node's defaults are made for big programs. Measured at rest on 2 cores, all services together:
 * 1,139 MB without, 998 MB with small semi-spaces and two malloc arenas, 809 MB when also the WebAssembly of the database
 * client is compiled once and not optimised again (in a program that only queries: 150 and 102 MB). `posewatch status`.
 */
const frugal = {
  flags: ['--max-semi-space-size=4', '--liftoff-only'],
  env: { MALLOC_ARENA_MAX: '2' },
} as const;

/**
 * Those through which pixels pass. By default the collector goes through the whole heap each 13 MB, which buffers of pixels reach
 * with every ninth frame, although all of those are new and quickly gone. With room for them it cleans up among the new objects
 * only. With the pools of ingest, in 640 frames: 80 → 4 collections of the heap in ingest, 59 → 9 in inference. `posewatch bench
 * pipeline --cameras 4`, two cores, 2026-11-21; see docs/measurements.md. V8's own name of the setting; known to Node 20 to 26.
 */
const pixelFlags: readonly string[] = ['--heap-growing-percent=200'];
const pixelServices: readonly ServiceName[] = ['ingest', 'inference'];

function serviceSpec(name: ServiceName, context: StartContext, stores: Stores): ProcessSpec {
  return {
    name,
    command: process.execPath,
    args: [...frugal.flags, ...(pixelServices.includes(name) ? pixelFlags : []), builtFile(`apps/${name}/main.js`)],
    cwd: installRoot(),
    env: { ...frugal.env, ...context.system.environment, DATABASE_URL: stores.databaseUrl, REDIS_URL: stores.redisUrl },
    logFile: path.join(context.system.places.logs, `${name}.log`),
    stopSignal: 'SIGTERM',
    graceMs: STOP_MS,
  };
}

/** Address of the page for somebody on this machine. */
export function pageUrl(settings: { readonly POSEWATCH_HOST: string; readonly POSEWATCH_PORT: number }): string {
  const host = ['0.0.0.0', '::', ''].includes(settings.POSEWATCH_HOST) ? '127.0.0.1' : settings.POSEWATCH_HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${settings.POSEWATCH_PORT}`;
}

async function pageAnswers(url: string): Promise<void> {
  const answer = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2000) });
  await answer.body?.cancel();
  if (!answer.ok) throw new AppError('unavailable', `${url}/api/health answers ${answer.status}`);
}

/** The program that plays the demo's cameras. */
export const demoProgram = 'apps/cli/demo/source.js';

function demoSpec({ system }: StartContext, demo: readonly string[]): ProcessSpec {
  const { PATH } = system.environment;
  return {
    name: 'demo',
    command: process.execPath,
    args: [...frugal.flags, builtFile(demoProgram), ...demo],
    cwd: installRoot(),
    env: { ...frugal.env, PATH },
    logFile: path.join(system.places.logs, 'demo.log'),
    stopSignal: 'SIGTERM',
    graceMs: STOP_MS,
  };
}

/**
 * The four services, not started yet, in the order in which they stop. `demo`: arguments of the program that plays the demo's
 * cameras, which comes last: its port, then its clips; empty: no demo.
 */
export function makeServices(
  context: StartContext,
  stores: Stores,
  demo: readonly string[] = [],
): readonly KeptProcess[] {
  const specs = serviceNames.map((name) => serviceSpec(name, context, stores));
  if (demo.length > 0) specs.push(demoSpec(context, demo));
  return specs.map((spec) => new KeptProcess(spec, context));
}

/**
 * Starts the services and resolves with the page's address when it answers; they are kept running from then on.
 * @throws AppError when the dashboard does not come up; the services are stopped then.
 */
export async function startServices(services: readonly KeptProcess[], context: StartContext): Promise<string> {
  const dashboard = services.find((service) => service.name === 'dashboard');
  const hopeless = (): string | null => {
    const status = dashboard?.status();
    if (status === undefined || status.restarts <= GIVE_UP_AFTER_RESTARTS) return null;
    return `${status.lastExit ?? 'it ends at once'}; see ${path.join(context.system.places.logs, 'dashboard.log')}`;
  };
  const url = pageUrl(context.system.settings);
  const answer = (): Promise<void> =>
    waitFor('the dashboard', () => pageAnswers(url), { timeoutMs: PAGE_MS, signal: context.signal, hopeless });
  for (const service of services) service.start();
  try {
    await step(`four services run, the page answers at ${url}`, answer, context);
  } catch (problem) {
    await stopServices(services);
    throw problem;
  }
  for (const { name, restarts, lastExit } of services.map((service) => service.status())) {
    if (restarts > 0) context.report({ kind: 'note', text: `warning: ${name} ended ${restarts}x (${lastExit ?? ''})` });
  }
  return url;
}

/** Stops the services one after another, in the order of the flow, so that each can finish what it has in hand. */
export async function stopServices(kept: readonly KeptProcess[]): Promise<void> {
  for (const service of kept) await service.stop();
}
