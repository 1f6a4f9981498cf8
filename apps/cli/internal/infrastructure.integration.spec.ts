import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import pg from 'pg';
import { startPostgres, startRedis, type RunningServer } from './infrastructure.js';
import { postgresServer } from './postgres-server.js';
import { redisServer } from './redis-server.js';
import { waitFor } from './waiting.js';

const env = { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' };

async function killed(server: RunningServer): Promise<void> {
  const before = server.process.status();
  if (before.pid === null) throw new Error('it does not run');
  process.kill(before.pid, 'SIGKILL');
  await waitFor(
    'the restart',
    () => {
      const { pid, restarts } = server.process.status();
      return pid !== null && restarts > before.restarts ? Promise.resolve() : Promise.reject(new Error('still down'));
    },
    { timeoutMs: 20_000 },
  );
}

describe('private servers', () => {
  let folder: string;
  const running: RunningServer[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch infrastructure '));
    chmodSync(folder, 0o711); // as root, PostgreSQL's user must get through
  });

  afterEach(async () => {
    await Promise.all(running.splice(0).map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  });

  const postgres = async (): Promise<RunningServer> => {
    const server = await startPostgres({ folder: path.join(folder, 'postgres'), env });
    running.push(server);
    return server;
  };
  const redis = async (): Promise<RunningServer> => {
    const server = await startRedis({ folder: path.join(folder, 'redis'), env });
    running.push(server);
    return server;
  };
  const query = async (server: RunningServer, text: string): Promise<unknown[]> => {
    let rows: unknown[] = [];
    const once = async (): Promise<void> => {
      const client = new pg.Client({ connectionString: server.url });
      client.on('error', () => undefined);
      await client.connect();
      rows = (await client.query<Record<string, unknown>>(text)).rows;
      await client.end();
    };
    await waitFor('PostgreSQL', once, { timeoutMs: 20_000 });
    return rows;
  };

  it('brings a killed PostgreSQL back on the same address, with its rows', async () => {
    const server = await postgres();
    await query(server, 'CREATE TABLE kept AS SELECT 42 AS n');
    await killed(server);
    expect(await query(server, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  }, 60_000);

  it.each(['postgres', 'redis'] as const)(
    'takes over from a %s that lost its supervisor',
    async (name) => {
      const place = { folder: path.join(folder, name), logFile: path.join(folder, 'log'), env };
      const { spec, ready } =
        name === 'redis'
          ? await redisServer({ ...place, maxBytes: 64_000_000 })
          : await postgresServer({ ...place, root: process.cwd() });
      const orphan = spawn(spec.command, spec.args, { cwd: spec.cwd, stdio: 'ignore', ...spec.owner });
      await waitFor(name, ready, { timeoutMs: 20_000 });
      const successor = await (name === 'redis' ? redis() : postgres());
      expect(orphan.exitCode ?? orphan.signalCode).not.toBeNull();
      expect(successor.process.status()).toMatchObject({ restarts: 0, lastExit: null });
    },
    60_000,
  );

  it('refuses a connection without the password', async () => {
    const server = await postgres();
    const client = new pg.Client({ connectionString: server.url.replace(/:[0-9a-f]+@/, ':wrong@') });
    await expect(client.connect()).rejects.toThrow(/password authentication failed/);
  }, 60_000);

  it('brings a killed Redis back on the same address, empty: nothing that passes through it reaches the disk', async () => {
    const place = path.join(folder, 'redis');
    mkdirSync(path.join(place, 'appendonlydir'), { recursive: true });
    writeFileSync(path.join(place, 'appendonlydir', 'of an older version'), 'black and white');
    const server = await redis();
    const client = new Redis(server.url);
    client.on('error', () => undefined);
    const pixels = 'black and white '.repeat(4096);
    try {
      await client.set('frame', pixels);
      await killed(server);
      expect(await client.get('frame')).toBeNull();
      await client.set('frame', pixels);
      await server.stop();
      const files = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      expect(files.map(({ name }) => name)).toContain('redis.conf');
      for (const { parentPath, name } of files)
        expect(readFileSync(path.join(parentPath, name), 'latin1')).not.toContain('black and white');
    } finally {
      client.disconnect();
    }
  }, 60_000);

  it('never evicts and asks for a password', async () => {
    const server = await redis();
    const client = new Redis(server.url);
    const open = new Redis(server.url.replace(/:[^:@/]+@/, ''), { lazyConnect: true, retryStrategy: () => null });
    open.on('error', () => undefined);
    try {
      expect(await client.config('GET', 'maxmemory-policy')).toContain('noeviction');
      await expect(open.ping()).rejects.toThrow(/NOAUTH|closed/);
    } finally {
      client.disconnect();
      open.disconnect();
    }
  }, 60_000);
});
