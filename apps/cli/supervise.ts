import { asAppError } from '#base/errors.js';
import type { StartReport } from './internal/steps.js';
import { startSystem } from './internal/supervisor.js';
import { systemSettings } from './internal/system-settings.js';

/**
 * Entry of the background process that `posewatch up` leaves running. It tells its parent how the start goes, over the IPC
 * channel, then lives on without it until SIGTERM. Its arguments are those of the demo's cameras; none: no demo.
 */
type Message = StartReport | { readonly kind: 'ready' } | { readonly kind: 'failed'; readonly problem: string };

const stopping = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    stopping.abort(new Error(signal));
  });
}
process.on('SIGHUP', () => undefined); // the terminal it came from may close

function tell(message: Message): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

let exitCode = 0;
try {
  const system = systemSettings(process.env, {});
  const running = await startSystem({ system, demo: process.argv.slice(2), report: tell, signal: stopping.signal });
  tell({ kind: 'ready' });
  if (!stopping.signal.aborted) {
    await new Promise((resolve) => {
      stopping.signal.addEventListener('abort', resolve, { once: true });
    });
  }
  await running.stop();
} catch (problem) {
  const failure = asAppError(problem);
  tell({ kind: 'failed', problem: failure.message });
  exitCode = 1;
}
if (process.connected) process.disconnect();
process.exit(exitCode); // also out of an endless wait for a server that a stopped start was in
