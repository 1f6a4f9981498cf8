import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { diskOf, folderBytes } from './storage-use.js';

describe('the use of a folder', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-storage-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it('is the size of all files below it, but not of what links point to', async () => {
    mkdirSync(path.join(folder, 'a', 'b'), { recursive: true });
    writeFileSync(path.join(folder, 'a', 'one'), Buffer.alloc(1000));
    writeFileSync(path.join(folder, 'a', 'b', 'two'), Buffer.alloc(24));
    symlinkSync(path.join(folder, 'a', 'one'), path.join(folder, 'link'));
    symlinkSync(folder, path.join(folder, 'a', 'loop'));
    expect(await folderBytes(folder)).toBe(1024);
  });

  it('is nothing where there is no folder', async () => {
    expect(await folderBytes(path.join(folder, 'nothing'))).toBe(0);
  });

  it('is on a disk that has a size', async () => {
    const { bytes, freeBytes } = await diskOf(folder);
    expect(bytes).toBeGreaterThan(freeBytes);
    expect(freeBytes).toBeGreaterThan(0);
  });
});
