import { asAppError, type AppError } from '#base/errors.js';
import type { Command, CommandIo } from '../command.js';

type CommandTable = Readonly<Record<string, (() => Promise<Command>) | undefined>>;

/** Exit codes that other programs rely on. */
const exitCodes = { done: 0, failed: 1, wrongUsage: 2 } as const;

async function overview(table: CommandTable): Promise<string> {
  const loaders = Object.values(table).filter((load) => load !== undefined);
  const all = await Promise.all(loaders.map((load) => load()));
  const lines = all.map((command) => `  ${command.name.padEnd(10)} ${command.summary}`);
  return ['posewatch COMMAND …', '', ...lines, '', '"posewatch COMMAND --help" tells more about one.'].join('\n');
}

function asksForHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  return (end === -1 ? args : args.slice(0, end)).some((arg) => arg === '--help' || arg === '-h');
}

/** Runs one command line and resolves with the exit code: 0 done, 1 failed, 2 wrong usage. */
export async function runCommandLine(args: readonly string[], table: CommandTable, io: CommandIo): Promise<number> {
  const name = args.at(0);
  if (name === undefined || ['help', '--help', '-h'].includes(name)) {
    (name === undefined ? io.progress : io.out)(await overview(table));
    return name === undefined ? exitCodes.wrongUsage : exitCodes.done;
  }
  const load = Object.hasOwn(table, name) ? table[name] : undefined;
  if (load === undefined) {
    io.progress(`posewatch: there is no command "${name}"; there is ${Object.keys(table).join(', ')}.`);
    return exitCodes.wrongUsage;
  }
  return runCommand(load, args.slice(1), io);
}

async function runCommand(load: () => Promise<Command>, args: readonly string[], io: CommandIo): Promise<number> {
  const command = await load();
  if (asksForHelp(args)) {
    io.out(command.usage);
    return exitCodes.done;
  }
  try {
    await command.run(args, io);
    return exitCodes.done;
  } catch (thrown) {
    return reportFailure(command, asAppError(thrown), io);
  }
}

/** `details.reported`: the command has said all there is to say, in its own closing line. */
function reportFailure(command: Command, problem: AppError, io: CommandIo): number {
  if (problem.details.reported === true) return exitCodes.failed;
  io.progress(`posewatch ${command.name}: ${problem.message}`);
  if (problem.kind === 'internal' && problem.cause instanceof Error) io.progress(problem.cause.stack ?? '');
  if (problem.kind !== 'invalid-input') return exitCodes.failed;
  io.progress(`usage: ${command.usage}`);
  return exitCodes.wrongUsage;
}
