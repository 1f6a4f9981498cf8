import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { nothing, sum, type Tally, type TestContext } from './checks.js';
import { installRoot } from './install-root.js';
import { readJsonFile } from './json-file.js';

/** The kinds of tests, as Jest projects. */
export const testKinds = ['unit', 'integration', 'e2e'] as const;
export type TestKind = (typeof testKinds)[number];

/** Files that run at once. Integration tests mostly wait for servers; a whole system in a browser needs the machine for itself. */
const workers: Readonly<Record<TestKind, number>> = { unit: 2, integration: 2, e2e: 1 };

/** A run that has written its results ends within this time, or something was left open. */
const END_MS = 30_000;
const LOOK_EVERY_MS = 500;

const results = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});
type FileResult = z.infer<typeof results>['testResults'][number];

function tallyOf(file: FileResult): Tally {
  const where = path.relative(installRoot(), file.name);
  const named = (status: readonly string[]): string[] =>
    file.assertionResults.filter((test) => status.includes(test.status)).map((test) => `${where}: ${test.fullName}`);
  const passed = named(['passed']).length;
  const failed = named(['failed']);
  const broken = file.status === 'failed' && failed.length === 0 ? [`${where}: could not run`] : [];
  return { passed, failed: [...failed, ...broken], skipped: named(['pending', 'todo', 'disabled', 'skipped']) };
}

/** Resolves with the exit code, or null when the run had to be ended because it did not end by itself. */
async function ended(child: ChildProcess, output: string, context: TestContext): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let writtenAtMs: number | null = null;
    let forced = false;
    const look = setInterval(() => {
      if (existsSync(output)) writtenAtMs ??= context.clock.monotonicMs();
      const late = writtenAtMs !== null && context.clock.monotonicMs() - writtenAtMs > END_MS;
      if (late) forced = true;
      if (late || context.signal.aborted) child.kill(late ? 'SIGKILL' : 'SIGTERM');
    }, LOOK_EVERY_MS);
    child.once('error', reject);
    child.once('exit', (code) => {
      clearInterval(look);
      resolve(forced ? null : (code ?? 1));
    });
  });
}

/** Runs one kind of test; Jest's own report goes to stderr as it comes. A run without a single test counts as failed. */
export async function runJest(kind: TestKind, context: TestContext): Promise<Tally> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-test-'));
  const output = path.join(folder, 'results.json');
  const jest = path.join(installRoot(), 'node_modules', 'jest', 'bin', 'jest.js');
  const args = ['--ci', '--selectProjects', kind, `--maxWorkers=${workers[kind]}`, '--json', `--outputFile=${output}`];
  try {
    const child = spawn(process.execPath, [jest, ...args], {
      cwd: installRoot(),
      env: { ...context.environment, NODE_ENV: 'test' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const code = await ended(child, output, context);
    const found = readJsonFile(output, results)?.testResults ?? [];
    const tally = found.map(tallyOf).reduce(sum, nothing);
    return sum(tally, { ...nothing, failed: runProblems(kind, code, tally) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What went wrong with a run beyond its single tests; each counts as a failed test. */
function runProblems(kind: TestKind, code: number | null, tally: Tally): string[] {
  if (code === null) return [`${kind} tests: the run did not end; a test left something open`];
  if (tally.passed + tally.failed.length === 0) return [`${kind} tests: not one ran (exit code ${code})`];
  return code !== 0 && tally.failed.length === 0 ? [`${kind} tests: Jest ended with code ${code}`] : [];
}
