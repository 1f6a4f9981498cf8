import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  chmodSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/**
 * The launcher in a copy of its own: a folder with the script, a lock file and programs that only note that they were called.
 * The build is what a real one leaves behind, apart from its contents.
 */
const usualTools = [
  'sh',
  'dirname',
  'readlink',
  'uname',
  'find',
  'sort',
  'sha256sum',
  'cat',
  'date',
  'tail',
  'mkdir',
].concat(['rm', 'id', 'env', 'sleep', 'sed']);

function toolPath(name: string): string {
  const found = spawnSync('sh', ['-c', `command -v ${name}`])
    .stdout.toString()
    .trim();
  if (found === '') throw new Error(`${name} is not installed`);
  return found;
}

class Sandbox {
  readonly root = mkdtempSync(path.join(os.tmpdir(), 'posewatch launcher '));
  readonly bin = path.join(this.root, 'bin');
  readonly home = path.join(this.root, 'clone with spaces');

  constructor() {
    mkdirSync(this.bin);
    for (const name of usualTools) symlinkSync(toolPath(name), path.join(this.bin, name));
    for (const folder of ['apps', 'libs', 'bench', 'prisma'])
      mkdirSync(path.join(this.home, folder), { recursive: true });
    for (const file of ['package.json', 'package-lock.json', 'swc.build.json']) {
      writeFileSync(path.join(this.home, file), '{}');
    }
    copyFileSync('posewatch', path.join(this.home, 'posewatch'));
    chmodSync(path.join(this.home, 'posewatch'), 0o755);
    this.program('npm', `mkdir -p node_modules dist/apps/cli; echo "npm $*" >>"${this.calls}"`);
    this.node('v20.19.0');
  }

  get calls(): string {
    return path.join(this.root, 'calls');
  }

  /** A program that runs a line of shell. */
  program(name: string, line: string): void {
    writeFileSync(path.join(this.bin, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
  }

  /** A node that tells its version, and otherwise prints what it was asked to run. */
  node(version: string): void {
    this.program(
      'node',
      `case $1 in --version) echo ${version}; exit ;; -e) exec "${process.execPath}" "$@" ;; esac; echo "ran $* in $(pwd)"`,
    );
    rmSync(path.join(this.bin, 'pwd'), { force: true });
  }

  run(...args: string[]): { code: number | null; out: string; err: string } {
    const result = spawnSync(path.join(this.home, 'posewatch'), args, {
      cwd: this.root,
      env: { PATH: this.bin, HOME: this.root },
      encoding: 'utf8',
    });
    return { code: result.status, out: result.stdout, err: result.stderr };
  }

  called(): string[] {
    return readFileSync(this.calls, 'utf8').trim().split('\n');
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

describe('./posewatch', () => {
  let box: Sandbox;
  beforeEach(() => {
    box = new Sandbox();
  });
  afterEach(() => {
    box.remove();
  });

  it.each(['v18.20.4', 'v20.18.3'])('refuses Node %s and says where to get a newer one', (version) => {
    box.node(version);
    const { code, err } = box.run('status');
    expect(code).toBe(1);
    expect(err).toContain(`20.19 or newer is needed; ${path.join(box.bin, 'node')} is ${version}`);
    expect(err).toContain('nodejs.org');
  });

  it.each(['v20.19.0', 'v22.1.0', 'v24.0.0'])('takes Node %s', (version) => {
    box.node(version);
    expect(box.run('status').code).toBe(0);
  });

  it('says that there is no Node', () => {
    rmSync(path.join(box.bin, 'node'));
    const { code, err } = box.run('up');
    expect(code).toBe(1);
    expect(err).toContain('there is no node on the PATH');
  });

  it('installs and builds once, keeps stdout for the program, and stays in the caller’s folder', () => {
    const first = box.run('status', '--json');
    expect(first).toMatchObject({ code: 0 });
    expect(first.out).toBe(`ran ${box.home}/dist/apps/cli/main.js status --json in ${box.root}\n`);
    expect(first.err).toMatch(/install npm packages: done in \d+ s[^]*build: done in \d+ s/);
    const second = box.run('status');
    expect(second.err).toBe('');
    expect(box.called()).toEqual([expect.stringContaining('npm ci --ignore-scripts'), 'npm run build']);
  });

  it('builds again when a source changed, and installs again when the lock changed', () => {
    box.run('status');
    writeFileSync(path.join(box.home, 'libs', 'new.ts'), 'export const n = 1;');
    box.run('status');
    writeFileSync(path.join(box.home, 'package-lock.json'), '{"packages":{"node_modules/a":{"version":"1.0.0"}}}');
    box.run('status');
    expect(box.called().map((call) => call.split(' ')[1])).toEqual(['ci', 'run', 'run', 'ci', 'run']);
  });

  it('keeps the packages that npm has already put there as the lock file says', () => {
    const lock =
      '{"packages":{"":{},"node_modules/a":{"version":"1.0.0"},"node_modules/b":{"version":"1.0.0","optional":true}}}';
    mkdirSync(path.join(box.home, 'node_modules'));
    writeFileSync(path.join(box.home, 'package-lock.json'), lock);
    writeFileSync(
      path.join(box.home, 'node_modules', '.package-lock.json'),
      '{"packages":{"node_modules/a":{"version":"1.0.0"}}}',
    );
    expect(box.run('status').code).toBe(0);
    expect(box.called()).toEqual(['npm run build']);
  });

  it('shows the output of a failed step, and tries again the next time', () => {
    box.program('npm', 'echo "no network today"; exit 1');
    const { code, err } = box.run('status');
    expect(code).toBe(1);
    expect(err).toContain('no network today');
    expect(err).toContain(`Run: (cd '${box.home}' && npm ci --ignore-scripts)`);
    box.program('npm', `mkdir -p node_modules dist/apps/cli; echo "npm $*" >>"${box.calls}"`);
    expect(box.run('status').code).toBe(0);
  });

  it('names what is missing and the command that installs it where it cannot install', () => {
    box.program('apt-get', 'exit 0');
    rmSync(path.join(box.bin, 'id'));
    box.program('id', 'echo 1000');
    const { code, err } = box.run('up');
    expect(code).toBe(1);
    expect(err).toContain('missing here: ffmpeg redis-server');
    expect(err).toContain('sudo apt-get update && sudo apt-get install -y --no-install-recommends ffmpeg redis-server');
  });

  it('does not ask for redis-server when REDIS_URL names one', () => {
    const result = spawnSync(path.join(box.home, 'posewatch'), ['up'], {
      env: { PATH: box.bin, REDIS_URL: 'redis://example:6379' },
      encoding: 'utf8',
    });
    expect(result.stderr).toContain('missing here: ffmpeg. ');
  });

  it('installs what is missing as root, with fresh package lists when the old ones do not know it', () => {
    rmSync(path.join(box.bin, 'id'));
    box.program('id', 'echo 0');
    const listed = path.join(box.root, 'listed');
    box.program(
      'apt-get',
      `echo "apt-get $*" >>"${box.calls}"
case "$*" in *update*) echo >"${listed}" ;; *) [ -f "${listed}" ] || exit 100; cp "$0" "${box.bin}/ffmpeg" ;; esac`,
    );
    symlinkSync(toolPath('cp'), path.join(box.bin, 'cp'));
    box.program('redis-server', '');
    expect(box.run('up')).toMatchObject({ code: 0 });
    const apt = box.called().filter((call) => call.startsWith('apt-get'));
    expect(apt.map((call) => (call.includes('update') ? 'update' : 'install'))).toEqual([
      'install',
      'update',
      'install',
    ]);
    expect(apt.at(-1)).toMatch(/--no-install-recommends ffmpeg$/);
  });

  it('takes over the lock of a start that was killed', () => {
    const lock = path.join(box.home, '.posewatch', 'lock');
    mkdirSync(lock, { recursive: true });
    const gone = spawnSync('sh', ['-c', 'echo $$']).stdout.toString();
    writeFileSync(path.join(lock, 'pid'), gone);
    expect(box.run('status').code).toBe(0);
  });

  it('works through a link from elsewhere', () => {
    const link = path.join(box.root, 'pw');
    symlinkSync(path.join('clone with spaces', 'posewatch'), link);
    const result = spawnSync(link, ['status'], { cwd: '/', env: { PATH: box.bin }, encoding: 'utf8' });
    expect(result.stdout).toContain(`${box.home}/dist/apps/cli/main.js status in /`);
  });

  it('needs no packages of the distribution to show help', () => {
    expect(box.run('up', '--help')).toMatchObject({ code: 0 });
  });
});
