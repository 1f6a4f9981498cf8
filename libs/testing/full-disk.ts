import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A file system of its own, of `bytes`, that a test can fill. */
export interface SmallDisk {
  readonly folder: string;
  readonly remove: () => void;
}

/** Mounts a small file system in memory; null where this user may not mount (root may, on Linux). */
export function smallDisk(bytes: number): SmallDisk | null {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    rmSync(folder, { recursive: true });
    return null;
  }
  return {
    folder,
    remove: () => {
      execFileSync('umount', [folder], { stdio: 'ignore' });
      rmSync(folder, { recursive: true });
    },
  };
}
