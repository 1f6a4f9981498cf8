import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { RotatingLog } from './rotating-log.js';

describe('a log file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-log-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('keeps the newest output and never more than its limit and the older files', () => {
    const log = new RotatingLog(path.join(folder, 'service.log'), { maxBytes: 100, keep: 2 });
    for (let n = 0; n < 100; n++) log.write(`line ${String(n).padStart(4, '0')}\n`);
    log.close();
    const files = readdirSync(folder).sort();
    expect(files).toEqual(['service.log', 'service.log.1', 'service.log.2']);
    const text = ['service.log.2', 'service.log.1', 'service.log'].map((name) =>
      readFileSync(path.join(folder, name), 'utf8'),
    );
    for (const one of text) expect(one.length).toBeLessThanOrEqual(100);
    expect(text.join('')).toMatch(/^line 0070\n[^]*line 0099\n$/);
  });

  it('goes on with the file of an earlier run', () => {
    const file = path.join(folder, 'service.log');
    for (const text of ['first\n', 'second\n']) {
      const log = new RotatingLog(file);
      log.write(text);
      log.close();
    }
    expect(readFileSync(file, 'utf8')).toBe('first\nsecond\n');
  });
});
