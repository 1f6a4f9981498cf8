import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { AppError } from '#base/errors.js';
import { builtFile, installRoot } from './install-root.js';
import { makePlaces } from './places.js';
import type { SupervisorOptions } from './supervisor.js';

const message = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('begun'), text: z.string() }),
  z.object({ kind: z.literal('step'), text: z.string(), ms: z.number() }),
  z.object({ kind: z.literal('note'), text: z.string() }),
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('failed'), problem: z.string() }),
]);

/**
 * Starts the supervisor as a background process that outlives this one, and resolves when the page answers.
 * Its own output goes to `logs/supervisor.log`, written anew at each start.
 * @throws AppError with the supervisor's reason when the start fails, `cancelled` when `signal` aborts it.
 */
export async function startInBackground({ system, demo, report, signal }: SupervisorOptions): Promise<void> {
  makePlaces(system.places);
  const logFile = path.join(system.places.logs, 'supervisor.log');
  const log = openSync(logFile, 'w', 0o600);
  const child = spawn(process.execPath, [builtFile('apps/cli/supervise.js'), ...demo], {
    cwd: installRoot(),
    env: { ...system.environment },
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  });
  closeSync(log);
  const cancel = (): boolean => child.kill('SIGTERM');
  signal.addEventListener('abort', cancel, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      child.on('message', (raw) => {
        const told = message.parse(raw);
        if (told.kind === 'ready') resolve();
        else if (told.kind === 'failed') {
          reject(new AppError(signal.aborted ? 'cancelled' : 'unavailable', told.problem));
        } else report(told);
      });
      child.once('error', reject);
      child.once('exit', (code) => {
        reject(new AppError('unavailable', `The supervisor ended (${code ?? 'killed'}); see ${logFile}.`));
      });
    });
  } finally {
    signal.removeEventListener('abort', cancel);
    if (child.connected) child.disconnect();
    child.unref();
  }
}
