import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { writeClip } from '#media/write-clip.js';
import { bytesOf } from './picture.js';
import { ROUND_SEC } from './cast.js';
import { lenses, Scene } from './scene.js';

/**
 * A thread that draws the whole round as one camera sees it and writes it to a file. Tells how many pictures are done; any message
 * to it stops it.
 */
const FPS = 10;
const order = z.object({ view: z.enum(['north', 'south']), target: z.string() }).parse(workerData);

const stopping = new AbortController();
parentPort?.once('message', () => {
  stopping.abort();
});

function* pictures(): Generator<Uint8Array, void> {
  const scene = new Scene(lenses[order.view]);
  const count = ROUND_SEC * FPS;
  for (let index = 0; index < count; index++) {
    yield bytesOf(scene.at(index / FPS));
    parentPort?.postMessage({ doneShare: (index + 1) / count });
  }
}

const { widthPx, heightPx } = lenses[order.view];
const size = { widthPx, heightPx };
await writeClip(pictures(), { size, fps: FPS, target: order.target, signal: stopping.signal });
parentPort?.close();
