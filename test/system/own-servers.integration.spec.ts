import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { startPostgres, startRedis, type RunningServer } from '#apps/cli/internal/infrastructure.js';
import { isAlive } from '#apps/cli/internal/process-table.js';
import { freePort, waitUntil } from '#testing/servers.js';

/** The built program, as `./posewatch` starts it. */
const program = path.resolve('dist/apps/cli/main.js');

const status = z.object({
  running: z.boolean(),
  services: z.array(z.object({ name: z.string(), pid: z.number().nullable() })),
});
const cameraAnswer = z.object({ camera: z.object({ id: z.string(), url: z.string() }) });

describe('posewatch up --foreground with servers of the user’s own that come later', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch own '));
  const serverEnv = { PATH: process.env.PATH, LANG: 'C.UTF-8' };
  const running: RunningServer[] = [];
  const ports = { page: 0, postgres: 0, redis: 0 };
  let env: NodeJS.ProcessEnv = {};
  let up: ChildProcess | null = null;
  let [out, err] = ['', ''];

  const data = path.join(folder, 'data');
  const posewatch = (...args: string[]) => {
    const run = spawnSync(process.execPath, [program, ...args, '--data', data], { encoding: 'utf8', env });
    return { code: run.status, out: run.stdout, err: run.stderr };
  };
  /** Where a private server is to come up later: it keeps the address that it finds in its folder. */
  const reserve = (name: 'postgres' | 'redis'): void => {
    mkdirSync(path.join(folder, name));
    const address = { port: ports[name], password: 'later' };
    writeFileSync(path.join(folder, name, 'address.json'), JSON.stringify(address));
  };

  beforeAll(async () => {
    chmodSync(folder, 0o711);
    for (const name of ['page', 'postgres', 'redis'] as const) ports[name] = await freePort();
    reserve('postgres');
    reserve('redis');
    env = {
      ...process.env,
      DATABASE_URL: `postgresql://posewatch:later@127.0.0.1:${ports.postgres}/posewatch`,
      REDIS_URL: `redis://:later@127.0.0.1:${ports.redis}`,
    };
    const args = ['up', '--foreground', '--port', String(ports.page), '--data', data];
    up = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    up.stdout?.on('data', (chunk: Buffer) => (out += chunk.toString()));
    up.stderr?.on('data', (chunk: Buffer) => (err += chunk.toString()));
  });
  afterAll(async () => {
    if (up?.exitCode === null) up.kill('SIGKILL');
    posewatch('down');
    await Promise.all(running.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  it('says for which servers it waits, without their passwords', async () => {
    const waits = (name: string, port: number): string =>
      `${name} at 127.0.0.1:${port} does not answer yet; waiting for it`;
    await waitUntil(() => {
      expect(err).toContain(waits('PostgreSQL', ports.postgres));
      expect(err).toContain(waits('Redis', ports.redis));
      return Promise.resolve();
    }, 60_000);
    expect(err).not.toContain('later');
    expect(out).not.toContain('Posewatch runs');
  }, 90_000);

  it('goes on when they come, and runs none of its own', async () => {
    running.push(await startRedis({ folder: path.join(folder, 'redis'), env: serverEnv }));
    running.push(await startPostgres({ folder: path.join(folder, 'postgres'), env: serverEnv }));
    await waitUntil(() => {
      expect(out).toMatch(/Posewatch runs at http:\/\/127\.0\.0\.1:\d+\nLogin: admin/);
      return Promise.resolve();
    }, 120_000);
    const { code, out: told } = posewatch('status', '--json');
    expect(code).toBe(0);
    const names = status.parse(JSON.parse(told)).services.map(({ name }) => name);
    expect(names.toSorted()).toEqual(['dashboard', 'inference', 'ingest', 'supervisor', 'tracker']);
  }, 180_000);

  it('adds, lists and removes a camera, one object on stdout each, and never shows its password', () => {
    const url = 'rtsp://guard:s3cret@192.0.2.7/live';
    const added = posewatch('cameras', 'add', url, '--name', 'Gate', '--fps', '4', '--json');
    const { camera } = cameraAnswer.parse(JSON.parse(added.out));
    expect(camera.url).toBe('rtsp://192.0.2.7/live');
    const listed = posewatch('cameras', 'list', '--json');
    expect(JSON.parse(listed.out)).toMatchObject({ cameras: [{ id: camera.id, name: 'Gate', fps: 4 }] });
    expect(posewatch('cameras', 'list').out).toContain('Gate');
    expect([added, listed].map((each) => each.out + each.err).join()).not.toContain('s3cret');
    expect(posewatch('cameras', 'remove', camera.id, '--json')).toMatchObject({
      code: 0,
      out: `${JSON.stringify({ removed: camera.id })}\n`,
    });
    expect(posewatch('cameras', 'remove', camera.id)).toMatchObject({ code: 1, out: '' });
    expect(JSON.parse(posewatch('cameras', 'list', '--json').out)).toEqual({ cameras: [] });
  }, 60_000);

  it('prints the log of one service or of all, and knows which there are', () => {
    const one = posewatch('logs', 'ingest');
    expect(one).toMatchObject({ code: 0, err: '' });
    expect(one.out).toContain('ingest runs');
    expect(posewatch('logs').out).toMatch(/^tracker +\{/m);
    const none = posewatch('logs', 'postgres');
    expect(none).toMatchObject({ code: 2, out: '' });
    expect(none.err).toContain('There is no log of "postgres"; there is dashboard, inference, ingest, tracker.');
  }, 60_000);

  it('stops its services on SIGTERM with 0 and leaves the servers alone', async () => {
    const { services } = status.parse(JSON.parse(posewatch('status', '--json').out));
    const ended = new Promise<number | null>((resolve) => up?.once('exit', resolve));
    up?.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(services.flatMap(({ pid }) => (pid !== null && isAlive(pid) ? [pid] : []))).toEqual([]);
    expect(status.parse(JSON.parse(posewatch('status', '--json').out))).toEqual({ running: false, services: [] });
    expect(running.map((server) => server.process.status().restarts)).toEqual([0, 0]);
    expect(running.every((server) => server.process.status().pid !== null)).toBe(true);
  }, 60_000);
});
