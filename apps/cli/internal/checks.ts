import { spawn } from 'node:child_process';
import type { Clock } from '#base/clock.js';
import { installRoot } from './install-root.js';
import { seconds } from './steps.js';

/** How many tests of a part passed, failed and were skipped, and the names of the failed and the skipped ones. */
export interface Tally {
  readonly passed: number;
  readonly failed: readonly string[];
  readonly skipped: readonly string[];
}

/** Both tallies together. */
export function sum(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: [...a.failed, ...b.failed],
    skipped: [...a.skipped, ...b.skipped],
  };
}

export const nothing: Tally = { passed: 0, failed: [], skipped: [] };

/** What running tests needs from its surroundings. */
export interface TestContext {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** The parts of `npm run check`, each counted as one test. */
const checks = {
  types: 'check:types',
  lint: 'check:lint',
  'boundaries between modules': 'check:boundaries',
  'dead code': 'check:unused',
  format: 'check:format',
} as const;

interface Outcome {
  readonly code: number;
  readonly output: string;
}

async function npmRun(script: string, context: TestContext): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', '--silent', script], {
      cwd: installRoot(),
      env: { ...context.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const stop = (): boolean => child.kill('SIGTERM');
    context.signal.addEventListener('abort', stop, { once: true });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      context.signal.removeEventListener('abort', stop);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Runs types, lint, boundaries, dead code and format, one after another; a failed one prints all that it said. */
export async function runChecks(context: TestContext): Promise<Tally> {
  let tally = nothing;
  for (const [name, script] of Object.entries(checks)) {
    if (context.signal.aborted) return tally;
    const startMs = context.clock.monotonicMs();
    const { code, output } = await npmRun(script, context);
    const took = seconds(context.clock.monotonicMs() - startMs);
    context.progress(`  check ${name}: ${code === 0 ? 'passed' : 'FAILED'} (${took})`);
    if (code !== 0) context.progress(output.trimEnd());
    tally = sum(tally, { ...nothing, passed: code === 0 ? 1 : 0, failed: code === 0 ? [] : [`npm run ${script}`] });
  }
  return tally;
}
