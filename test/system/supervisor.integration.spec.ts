import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { isAlive } from '#apps/cli/internal/process-table.js';
import { freePort, waitUntil } from '#testing/servers.js';

/** The built program, as `./posewatch` starts it. */
const program = path.resolve('dist/apps/cli/main.js');

const status = z.object({
  running: z.boolean(),
  url: z.string().nullable(),
  rssBytes: z.number(),
  services: z.array(
    z.object({ name: z.string(), pid: z.number().nullable(), rssBytes: z.number().nullable(), restarts: z.number() }),
  ),
});
type Status = z.infer<typeof status>;

describe('posewatch up, status and down', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch system '));
  let port = 0;

  const posewatch = (...args: string[]) => {
    const {
      status: code,
      stdout,
      stderr,
    } = spawnSync(process.execPath, [program, ...args, '--data', folder], {
      encoding: 'utf8',
    });
    return { code, out: stdout, err: stderr };
  };
  const now = (): Status => status.parse(JSON.parse(posewatch('status', '--json').out));
  const pidOf = (name: string): number | null => now().services.find((one) => one.name === name)?.pid ?? null;
  const healthy = async (): Promise<void> => {
    // a connection of its own: one that is kept open would be the killed process's
    const answer = await fetch(`http://127.0.0.1:${port}/api/health`, { headers: { connection: 'close' } });
    if (!answer.ok) throw new Error(String(answer.status));
  };

  beforeAll(async () => {
    chmodSync(folder, 0o711);
    port = await freePort();
  });
  afterAll(() => {
    posewatch('down');
    rmSync(folder, { recursive: true, force: true });
  });

  it('refuses a port that is taken, names it and leaves nothing running', async () => {
    const other = net.createServer();
    await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve));
    try {
      const { code, err } = posewatch('up', '--port', String(port));
      expect(code).toBe(1);
      expect(err).toContain(`Port ${port} of 127.0.0.1 is used by another program. Choose another with --port N`);
      expect(now()).toMatchObject({ running: false, services: [] });
    } finally {
      other.close();
    }
  }, 120_000);

  it('starts everything, says how long each step took and gives the first login', async () => {
    const { code, out, err } = posewatch('up', '--port', String(port));
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toMatch(/PostgreSQL \(private\) and Redis \(private\) answer \(\d+\.\d s\)/);
    expect(out).toMatch(new RegExp(`^Posewatch runs at http://127.0.0.1:${port}\nLogin: admin / \\S{12,}`));
    await healthy();
    expect(now().services.map((one) => one.name)).toEqual(
      expect.arrayContaining(['ingest', 'inference', 'tracker', 'dashboard', 'redis', 'postgres', 'supervisor']),
    );
  }, 300_000);

  it('answers a second up with the same address and no second login', () => {
    const { code, out } = posewatch('up', '--port', String(port));
    expect({ code, out }).toEqual({ code: 0, out: `Posewatch already runs at http://127.0.0.1:${port}\n` });
  }, 60_000);

  it.each(['tracker', 'dashboard', 'redis', 'postgres'])(
    'brings a killed %s back',
    async (name) => {
      const before = pidOf(name) ?? 0;
      process.kill(before, 'SIGKILL');
      await waitUntil(async () => {
        const after = pidOf(name);
        if (after === null || after === before) throw new Error(`${name} is still down`);
        await healthy();
      }, 120_000);
      expect(now().services.find((one) => one.name === name)?.restarts).toBeGreaterThan(0);
    },
    150_000,
  );

  it('takes over what a killed supervisor left', async () => {
    const left = now();
    process.kill(pidOf('supervisor') ?? 0, 'SIGKILL');
    await waitUntil(() => (now().running ? Promise.reject(new Error('alive')) : Promise.resolve()), 10_000);
    const { code, out, err } = posewatch('up', '--port', String(port));
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(err).toContain('ended what a killed supervisor had left');
    expect(out).not.toContain('Login');
    const old = left.services.flatMap(({ pid }) => (pid === null ? [] : [pid]));
    expect(old.filter(isAlive)).toEqual([]);
    await healthy();
  }, 300_000);

  it('stops everything and leaves no process', () => {
    const pids = now().services.flatMap(({ pid }) => (pid === null ? [] : [pid]));
    expect(pids).toHaveLength(7);
    const { code, out } = posewatch('down');
    expect(code).toBe(0);
    expect(out).toMatch(/^Posewatch stopped \(\d+\.\d s\)\n$/);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(path.join(folder, 'run', 'posewatch.json'))).toBe(false);
  }, 120_000);
});
