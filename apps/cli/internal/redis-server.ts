import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { rememberedAddress, type PrivateServer } from './private-server.js';
import { endProcess, isProcess, readPid } from './process-table.js';
import type { ProcessSpec } from './service-process.js';

const STOP_MS = 6000;

function configuration(options: { folder: string; port: number; password: string; maxBytes: number }): string {
  return [
    `port ${options.port}`,
    'bind 127.0.0.1',
    `requirepass ${options.password}`,
    `dir ${JSON.stringify(options.folder)}`,
    'pidfile redis.pid',
    'daemonize no',
    'appendonly no',
    'save ""',
    `maxmemory ${options.maxBytes}`,
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

/** Ends a server that a killed supervisor left running on this folder. */
async function endLeftOver(folder: string): Promise<void> {
  const pid = readPid(path.join(folder, 'redis.pid'));
  if (pid !== null && isProcess(pid, 'redis-server')) await endProcess(pid, 'SIGTERM', STOP_MS);
}

/** Answers PONG only when the password is right. */
async function ping(port: number, password: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1');
    let answer = '';
    socket.setTimeout(1000, () => socket.destroy(new Error('no answer')));
    socket.once('error', reject);
    socket.once('close', () => {
      if (answer.includes('+PONG')) resolve();
      else reject(new Error(answer.trim() === '' ? 'no answer' : answer.trim()));
    });
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.end(`AUTH ${password}\r\nPING\r\nQUIT\r\n`);
  });
}

/**
 * A private `redis-server` in `folder`: writes nothing to disk, because pixels pass through it; bound to 127.0.0.1, with a password; port
 * and password stay the same across starts. It never evicts: past `maxBytes` it refuses writes.
 */
export async function redisServer(options: {
  readonly folder: string;
  readonly logFile: string;
  readonly maxBytes: number;
  readonly env: ProcessSpec['env'];
}): Promise<PrivateServer> {
  const { folder } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  await endLeftOver(folder);
  rmSync(path.join(folder, 'appendonlydir'), { recursive: true, force: true }); // of a version that kept one
  const { port, password } = await rememberedAddress(folder);
  const configPath = path.join(folder, 'redis.conf');
  writeFileSync(configPath, configuration({ folder, port, password, maxBytes: options.maxBytes }), { mode: 0o600 });
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    spec: {
      name: 'redis',
      command: 'redis-server',
      args: [configPath],
      cwd: folder,
      env: options.env,
      logFile: options.logFile,
      stopSignal: 'SIGTERM',
      graceMs: STOP_MS,
    },
    ready: () => ping(port, password),
  };
}
