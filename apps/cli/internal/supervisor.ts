import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import { builtFile } from './install-root.js';
import { endLeftOver } from './left-over.js';
import { makePlaces } from './places.js';
import { portProblem } from './ports.js';
import type { KeptProcess } from './service-process.js';
import { demoProgram, makeServices, startServices, stopServices } from './services.js';
import { step, type Reporter } from './steps.js';
import { openStores, type StartContext, type Stores } from './stores.js';
import { claim, readState, release, writeState, type SystemState } from './system-state.js';
import type { SystemSettings } from './system-settings.js';

/** The running system. */
export interface RunningSystem {
  readonly state: () => SystemState;
  /** Stops services in the order of the flow, then Redis, then PostgreSQL; gives the data folder free. */
  readonly stop: () => Promise<void>;
}

/** What a supervisor is given. */
export interface SupervisorOptions {
  readonly system: SystemSettings;
  /** As in `makeServices`. */
  readonly demo: readonly string[];
  readonly report: Reporter;
  /** Aborting it ends a start that is under way. */
  readonly signal: AbortSignal;
}

/** @throws AppError `conflict` that names the port and the flag. */
async function needPort(host: string, port: number): Promise<void> {
  const problem = await portProblem(port, host);
  if (problem === null) return;
  const reason = problem === 'EADDRINUSE' ? 'is used by another program' : `cannot be used (${problem})`;
  throw new AppError(
    'conflict',
    `Port ${port} of ${host} ${reason}. Choose another with --port N (or POSEWATCH_PORT), or stop that program.`,
  );
}

async function clearTheWay(context: StartContext): Promise<void> {
  const old = readState(context.system.places);
  if (old === null) return;
  const ended = await endLeftOver(old);
  if (ended.length > 0) {
    context.report({ kind: 'note', text: `ended what a killed supervisor had left: ${ended.join(', ')}` });
  }
}

/** Keeps the state file in step with the processes; writes it again on every start and end of one. */
class StateKeeper {
  private readonly system: SystemSettings;
  private readonly startedAtMs = systemClock.nowMs();
  private stores: Stores | null = null;
  private services: readonly KeptProcess[] = [];
  private url: string | null = null;

  constructor(system: SystemSettings) {
    this.system = system;
  }

  set(stores: Stores, services: readonly KeptProcess[]): void {
    this.stores = stores;
    this.services = services;
    this.write();
  }

  /** The page answers from now on. */
  answersAt(url: string): void {
    this.url = url;
    this.write();
  }

  state(): SystemState {
    const servers = (this.stores?.servers ?? []).map((server) => server.process);
    return {
      v: 1,
      supervisorPid: process.pid,
      startedAtMs: this.startedAtMs,
      url: this.url,
      port: this.system.settings.POSEWATCH_PORT,
      data: this.system.places.data,
      models: this.system.settings.POSEWATCH_MODELS_DIR,
      databaseUrl: this.stores?.databaseUrl ?? '',
      redisUrl: this.stores?.redisUrl ?? '',
      processes: [...this.services, ...servers].map((kept) => ({ ...kept.status(), mark: markOf(kept.name) })),
    };
  }

  readonly write = (): void => {
    writeState(this.system.places, this.state());
  };
}

/** What the arguments of a kept process hold. */
function markOf(name: string): string {
  if (name === 'redis') return 'redis-server';
  if (name === 'postgres') return 'postgres';
  return builtFile(name === 'demo' ? demoProgram : `apps/${name}/main.js`);
}

/**
 * Starts everything on one data folder and keeps it running: private stores, schema, the four services.
 * A start that fails leaves nothing behind.
 * @throws AppError `conflict` when it already runs there or the port is taken, and whatever a part could not do.
 */
export async function startSystem(options: SupervisorOptions): Promise<RunningSystem> {
  const { system, demo, report, signal } = options;
  const { places, settings } = system;
  makePlaces(places);
  claim(places);
  const keeper = new StateKeeper(system);
  const context: StartContext = { system, report, signal, clock: systemClock, onChange: keeper.write };
  let stores: Stores | null = null;
  try {
    await clearTheWay(context);
    await needPort(settings.POSEWATCH_HOST, settings.POSEWATCH_PORT);
    const opened = await openStores(context);
    stores = opened;
    const services = makeServices(context, opened, demo);
    keeper.set(opened, services);
    keeper.answersAt(await startServices(services, context));
    return { state: () => keeper.state(), stop: () => stopAll(options, opened, services) };
  } catch (problem) {
    for (const server of stores?.servers ?? []) await server.stop();
    release(places);
    throw problem;
  }
}

async function stopAll(options: SupervisorOptions, stores: Stores, services: readonly KeptProcess[]): Promise<void> {
  const to = { clock: systemClock, report: options.report };
  await step('services stopped', () => stopServices(services), to);
  const stopServers = async (): Promise<void> => {
    for (const server of stores.servers) await server.stop();
  };
  if (stores.servers.length > 0) await step('Redis and PostgreSQL stopped', stopServers, to);
  release(options.system.places);
}
