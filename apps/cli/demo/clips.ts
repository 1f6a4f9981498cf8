import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { AppError } from '#base/errors.js';
import { builtFile } from '../internal/install-root.js';
import type { DemoView } from './demo-cameras.js';

/** Where the demo's clips are kept, and who hears how far the drawing is (0..1). */
export interface ClipOptions {
  readonly folder: string;
  readonly onProgress: (doneShare: number) => void;
  readonly signal: AbortSignal;
}

const views: readonly DemoView[] = ['north', 'south'];
const progress = z.object({ doneShare: z.number() });

/** Changes with anything that decides how the clips look. */
function drawingDigest(): string {
  const folder = builtFile('apps/cli/demo/drawing');
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort())
    if (name.endsWith('.js')) hash.update(readFileSync(path.join(folder, name)));
  return hash.digest('hex').slice(0, 12);
}

/**
 * The demo's clips, one a camera, `VIEW-DIGEST.mp4`. Drawn where they are missing, both at once, a thread each: 20 s on two cores;
 * clips of another version are removed.
 * @throws AppError `cancelled`, and whatever a drawing thread failed with.
 */
export async function demoClips(options: ClipOptions): Promise<readonly string[]> {
  const { folder, onProgress } = options;
  mkdirSync(folder, { recursive: true });
  const digest = drawingDigest();
  const files = views.map((view) => ({ view, file: path.join(folder, `${view}-${digest}.mp4`) }));
  const wanted = new Set(files.map(({ file }) => path.basename(file)));
  for (const name of readdirSync(folder)) {
    if (name.endsWith('.mp4') && !wanted.has(name)) rmSync(path.join(folder, name), { force: true });
  }
  const missing = files.filter(({ file }) => !existsSync(file));
  const shares = missing.map(() => 0);
  const drawn = await Promise.allSettled(
    missing.map(({ view, file }, index) =>
      draw({ view, file, signal: options.signal }, (share) => {
        shares[index] = share;
        onProgress(shares.reduce((sum, each) => sum + each, 0) / shares.length);
      }),
    ),
  );
  for (const outcome of drawn) if (outcome.status === 'rejected') throw outcome.reason;
  return files.map(({ file }) => file);
}

async function draw(
  { view, file, signal }: { view: DemoView; file: string; signal: AbortSignal },
  onShare: (share: number) => void,
): Promise<void> {
  const worker = new Worker(builtFile('apps/cli/demo/drawing/render.js'), { workerData: { view, target: file } });
  const stop = (): void => {
    worker.postMessage('stop');
  };
  signal.addEventListener('abort', stop, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (told: unknown) => {
        onShare(progress.parse(told).doneShare);
      });
      worker.once('error', (problem) => {
        if (signal.aborted)
          resolve(); // it was stopped, and that is how it says so
        else reject(problem);
      });
      worker.once('exit', () => {
        resolve();
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
  }
  if (signal.aborted) throw new AppError('cancelled', 'Drawing the demo scene was stopped.');
}
