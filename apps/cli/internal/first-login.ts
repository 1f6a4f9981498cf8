import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { z } from 'zod';
import { AppError, asAppError } from '#base/errors.js';
import { builtFile, installRoot } from './install-root.js';

const answer = z.object({ created: z.boolean(), name: z.string().nullish(), password: z.string().nullish() });

/** The administrator made by a first start. */
export interface FirstLogin {
  readonly name: string;
  readonly password: string;
}

/**
 * Makes the first administrator where there is no user yet; null when there is one already. The environment is
 * that of a service.
 * @throws AppError `unavailable` when it could not be made.
 */
export async function firstLogin(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<FirstLogin | null> {
  const program = builtFile('apps/dashboard/create-admin.js');
  try {
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, [program, '--json'], {
      cwd: installRoot(),
      env: { ...environment },
    });
    const { created, name, password } = answer.parse(JSON.parse(stdout));
    return created && name != null && password != null ? { name, password } : null;
  } catch (problem) {
    throw new AppError('unavailable', `The first login could not be made: ${asAppError(problem).message}`, {
      cause: problem,
    });
  }
}
