import { systemClock } from '#base/clock.js';
import { AppError } from '#base/errors.js';
import { prepareDemo, refuseLateDemo, showDemo } from '../demo/demo.js';
import type { Command, CommandIo } from '../command.js';
import { firstLogin } from '../internal/first-login.js';
import { parseFlags } from '../internal/arguments.js';
import { startInBackground } from '../internal/background.js';
import { ensureModel } from '../internal/models.js';
import { reportLine, seconds, step, type Reporter } from '../internal/steps.js';
import { startSystem, type SupervisorOptions } from '../internal/supervisor.js';
import { readState, supervisorRuns, type SystemState } from '../internal/system-state.js';
import { systemSettings, type SystemSettings } from '../internal/system-settings.js';

const usage = `posewatch up [--port N] [--data DIR] [--demo] [--foreground]

  --port N       port of the page (default 8420, or POSEWATCH_PORT)
  --data DIR     folder for everything that is kept (default ~/.local/share/posewatch, or POSEWATCH_DATA_DIR;
                 /var/lib/posewatch for root)
  --demo         show two cameras that need no camera: a drawn hall with walking people, a zone and rules
  --foreground   stay in the foreground and stop with SIGTERM or Ctrl-C, for containers and systemd

  With DATABASE_URL or REDIS_URL set, that server is used instead of a private one.`;

const flags = {
  port: { type: 'string' },
  data: { type: 'string' },
  foreground: { type: 'boolean', default: false },
  demo: { type: 'boolean', default: false },
} as const;

function reporter(io: CommandIo): Reporter {
  return (report) => {
    const line = reportLine(report);
    if (line !== null) io.progress(line);
  };
}

async function pullModel(system: SystemSettings, report: Reporter, signal: AbortSignal): Promise<void> {
  const { POSEWATCH_MODEL: id, POSEWATCH_MODELS_DIR: modelsDir } = system.settings;
  const onProgress = (text: string): void => {
    report({ kind: 'note', text });
  };
  const work = () => ensureModel({ id, modelsDir, from: null, onProgress, signal });
  await step(`model ${id} is in ${modelsDir}`, work, { clock: systemClock, report });
}

async function announce(state: SystemState, system: SystemSettings, io: CommandIo): Promise<void> {
  io.out(`Posewatch runs at ${state.url ?? `port ${state.port}`}`);
  const login = await firstLogin({
    ...system.environment,
    DATABASE_URL: state.databaseUrl,
    REDIS_URL: state.redisUrl,
  });
  if (login !== null) {
    io.out(`Login: ${login.name} / ${login.password} (shown only this once: keep it)`);
  }
}

async function stayInForeground(options: SupervisorOptions, io: CommandIo): Promise<void> {
  const { system, demo } = options;
  const running = await startSystem(options);
  await announce(running.state(), system, io);
  await showDemo(demo, system, io);
  if (!io.signal.aborted) {
    await new Promise((resolve) => {
      io.signal.addEventListener('abort', resolve, { once: true });
    });
  }
  await running.stop();
}

async function run(args: readonly string[], io: CommandIo): Promise<void> {
  const { values } = parseFlags(args, flags);
  const startMs = systemClock.monotonicMs();
  const system = systemSettings(io.environment, values);
  const running = readState(system.places);
  if (running !== null && supervisorRuns(running)) {
    if (values.demo) refuseLateDemo(running);
    io.out(`Posewatch already runs at ${running.url ?? `port ${running.port} (still starting)`}`);
    return;
  }
  io.progress(`Posewatch starts; its data is in ${system.places.data}`);
  const report = reporter(io);
  await pullModel(system, report, io.signal);
  const demo = await prepareDemo(values.demo, system, { report, signal: io.signal });
  const options = { system, demo, report, signal: io.signal };
  if (values.foreground) {
    await stayInForeground(options, io);
    return;
  }
  await startInBackground(options);
  const state = readState(system.places);
  if (state === null) throw new AppError('internal', `The supervisor left no state in ${system.places.stateFile}.`);
  io.progress(`  ready after ${seconds(systemClock.monotonicMs() - startMs)}`);
  await announce(state, system, io);
  await showDemo(demo, system, io);
}

export const up: Command = {
  name: 'up',
  summary: 'start everything and print the address of the page',
  usage,
  run,
};
