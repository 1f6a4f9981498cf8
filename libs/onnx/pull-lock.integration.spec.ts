import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { withLock } from './pull-lock.js';

describe('withLock', () => {
  let file = '';
  beforeEach(() => {
    file = path.join(mkdtempSync(path.join(os.tmpdir(), 'posewatch-lock-')), 'downloads', 'model.lock');
  });
  afterEach(() => {
    rmSync(path.dirname(path.dirname(file)), { recursive: true });
  });
  const options = (change = {}) => ({ signal: new AbortController().signal, onWait: () => undefined, ...change });

  it('lets one work at a time, and tells the others that they wait', async () => {
    const order: string[] = [];
    const waits: number[] = [];
    await Promise.all(
      [1, 2, 3].map((who) =>
        withLock(file, options({ onWait: () => waits.push(who) }), async () => {
          order.push('begins');
          await new Promise((resolve) => setImmediate(resolve));
          order.push('ends');
        }),
      ),
    );
    expect(order).toEqual(['begins', 'ends', 'begins', 'ends', 'begins', 'ends']);
    expect(waits).toHaveLength(2);
    expect(existsSync(file)).toBe(false);
  });

  it('is given back when the work fails', async () => {
    await expect(withLock(file, options(), () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    expect(await withLock(file, options(), () => Promise.resolve('works'))).toBe('works');
  });

  it('is taken from a process that ended without giving it back', async () => {
    await withLock(file, options(), () => Promise.resolve());
    writeFileSync(file, '');
    utimesSync(file, 0, 0);
    expect(await withLock(file, options(), () => Promise.resolve('works'))).toBe('works');
  });

  it('is kept by one that works for longer than a dead one would have it', async () => {
    let done = false;
    const first = withLock(file, options({ staleMs: 300 }), async () => {
      await new Promise((resolve) => setTimeout(resolve, 1000)); // three times `staleMs`, which is what this is about
      done = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await withLock(file, options({ staleMs: 300 }), () => Promise.resolve(done))).toBe(true);
    await first;
  });

  it('is not waited for once the signal aborts', async () => {
    const stop = new AbortController();
    const held = withLock(file, options(), async () => {
      const onWait = (): void => {
        stop.abort();
      };
      const second = withLock(file, options({ signal: stop.signal, onWait }), () => Promise.resolve());
      await expect(second).rejects.toMatchObject({ kind: 'cancelled' });
    });
    await held;
  });
});
