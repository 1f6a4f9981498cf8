import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { demoClips } from './clips.js';

describe('the clips of the demo', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch demo clips '));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('can be stopped while they are drawn, leave nothing half, and clear away those of another version', async () => {
    writeFileSync(path.join(folder, 'north-0123456789ab.mp4'), 'an old one');
    const stopping = new AbortController();
    const drawing = demoClips({
      folder,
      onProgress: () => {
        stopping.abort();
      },
      signal: stopping.signal,
    });
    await expect(drawing).rejects.toMatchObject({ kind: 'cancelled' });
    expect(readdirSync(folder)).toEqual([]);
  }, 60_000);
});
