import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { systemClock } from '#base/clock.js';
import { isAlive } from './process-table.js';
import { backOffMs, KeptProcess, type ProcessStatus } from './service-process.js';
import { waitFor } from './waiting.js';

const steady = 'console.log("up"); setInterval(() => {}, 1000);';
const stubborn = `process.on("SIGTERM", () => console.log("no")); ${steady}`;

describe('a kept process', () => {
  let folder: string;
  let kept: KeptProcess;

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-kept-'));
  });
  afterEach(async () => {
    await kept.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const logFile = (): string => path.join(folder, 'service.log');
  const keep = (script: string, command = process.execPath): void => {
    kept = new KeptProcess(
      {
        name: 'service',
        command,
        args: ['-e', script],
        cwd: folder,
        env: {},
        logFile: logFile(),
        stopSignal: 'SIGTERM',
        graceMs: 300,
      },
      { clock: systemClock },
    );
    kept.start();
  };
  const until = async (
    what: string,
    holds: (status: ProcessStatus, log: string) => boolean,
  ): Promise<ProcessStatus> => {
    await waitFor(
      what,
      () =>
        holds(kept.status(), existsSync(logFile()) ? readFileSync(logFile(), 'utf8') : '')
          ? Promise.resolve()
          : Promise.reject(new Error('not yet')),
      { timeoutMs: 15_000 },
    );
    return kept.status();
  };

  it('comes back after a kill, says so in its log and counts it', async () => {
    keep(steady);
    const first = await until('the start', (_, log) => log === 'up\n');
    process.kill(first.pid ?? 0, 'SIGKILL');
    const second = await until(
      'the restart',
      (status, log) => status.pid !== null && log.endsWith('up\n') && status.restarts > 0,
    );
    expect(second).toMatchObject({ restarts: 1, lastExit: 'killed by SIGKILL' });
    expect(second.pid).not.toBe(first.pid);
    expect(readFileSync(logFile(), 'utf8')).toContain(
      'posewatch: service ended (killed by SIGKILL); starts again in 200 ms',
    );
  }, 30_000);

  it('pauses longer and longer when it ends at once', async () => {
    keep('process.exit(3)');
    await until('four ends', (_, log) => log.includes('starts again in 1600 ms'));
    expect(readFileSync(logFile(), 'utf8').match(/\(exit code 3\); starts again in \d+/g)).toEqual(
      [200, 400, 800, 1600].map((ms) => `(exit code 3); starts again in ${ms}`),
    );
  }, 30_000);

  it('does not come back once stopped, even in a pause', async () => {
    keep('process.exit(3)');
    await until('a pause', (_, log) => log.includes('starts again'));
    await kept.stop();
    expect(kept.status().pid).toBeNull();
  }, 30_000);

  it('is killed when it does not end in time', async () => {
    keep(stubborn);
    const { pid } = await until('the start', (_, log) => log === 'up\n');
    await kept.stop();
    expect(isAlive(pid ?? 0)).toBe(false);
    expect(kept.status().lastExit).toBe('killed by SIGKILL');
    expect(readFileSync(logFile(), 'utf8')).toContain('no\n');
  }, 30_000);

  it('reports a program that is not there', async () => {
    keep('', path.join(folder, 'missing'));
    const { lastExit } = await until('the failure', (status) => status.lastExit !== null);
    expect(lastExit).toContain('ENOENT');
  }, 30_000);
});

describe('the pause before a restart', () => {
  it('doubles from 0.2 s and never exceeds 30 s', () => {
    expect([0, 1, 2, 7, 8, 1000].map(backOffMs)).toEqual([200, 400, 800, 25_600, 30_000, 30_000]);
  });
});
