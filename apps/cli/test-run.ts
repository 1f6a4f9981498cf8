/** For specs: runs a command as a shell would. */
import { AppError } from '#base/errors.js';
import type { Command, CommandIo } from './command.js';

/** The lines a command prints on stdout. @throws what the command throws. */
export async function outputLines(
  command: Pick<Command, 'run'>,
  args: readonly string[],
  environment: CommandIo['environment'] = {},
): Promise<string[]> {
  const lines: string[] = [];
  const out = (line: string): void => void lines.push(line);
  await command.run(args, { out, progress: () => undefined, environment, signal: new AbortController().signal });
  return lines;
}

/** What a command prints on stdout, as one text. */
export async function output(...run: Parameters<typeof outputLines>): Promise<string> {
  return (await outputLines(...run)).join('\n');
}

/** Why a command fails; a command that does not fail fails the test. */
export async function failure(...run: Parameters<typeof outputLines>): Promise<AppError> {
  const thrown = await outputLines(...run).then(
    () => null,
    (problem: unknown) => problem,
  );
  if (!(thrown instanceof AppError)) throw new Error(`expected a failure, got ${String(thrown)}`);
  return thrown;
}
