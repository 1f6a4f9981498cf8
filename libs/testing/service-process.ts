import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

/** A service of `dist/apps/<name>/main.js` as a process of its own. */
export interface ServiceProcess {
  readonly pid: number;
  /** What it wrote to standard output and standard error so far. */
  readonly output: () => string;
  /** SIGKILL: nothing of it gets to say goodbye. */
  readonly kill: () => Promise<void>;
  /** SIGTERM; resolves with the exit code, or the signal's name. */
  readonly stop: () => Promise<number | string>;
}

/** Compiles the sources into `dist/` (about 0.3 s), so that a test runs what the tree says. */
export function buildServices(): void {
  const ignored = 'apps/dashboard/web/**';
  const args = ['apps', 'libs', 'bench', '-d', 'dist', '--config-file', 'swc.build.json', '--ignore', ignored];
  const built = spawnSync(path.resolve('node_modules/.bin/swc'), args, { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`swc ended with ${String(built.status)}: ${built.stderr}`);
}

/** Starts a service with exactly the given settings, besides PATH and HOME. */
export function startService(name: string, settings: Readonly<Record<string, string>>): ServiceProcess {
  const child = spawn(process.execPath, [path.resolve('dist/apps', name, 'main.js')], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => {
      output += text.toString();
    });
  const gone = new Promise<number | string>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve(code ?? signal ?? 0);
    });
  });
  return {
    pid: child.pid ?? 0,
    output: () => output,
    kill: async () => {
      child.kill('SIGKILL');
      await gone;
    },
    stop: async () => {
      child.kill('SIGTERM');
      return gone;
    },
  };
}
