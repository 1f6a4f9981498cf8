import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { streamInLoop } from './loop-stream.js';
import { openCameraSession } from './camera-session.js';
import { probe } from './probe.js';
import { writeClip } from './write-clip.js';

const size = { widthPx: 64, heightPx: 48 };
const fps = 10;
const pictureBytes = size.widthPx * size.heightPx * 3;

/** Grey pictures, each a little brighter. */
function* greys(count: number): Generator<Uint8Array, void> {
  for (let index = 0; index < count; index++) yield new Uint8Array(pictureBytes).fill(40 + index * 10);
}

describe('clips made of raw pictures', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch clips '));
  const never = new AbortController().signal;
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('hold every picture at the given rate', async () => {
    const target = path.join(folder, 'greys.mp4');
    await writeClip(greys(15), { size, fps, target, signal: never });
    expect(await probe(target, { timeoutMs: 10_000 })).toMatchObject({
      source: size,
      codec: 'h264',
      frameCount: 15,
      fps,
    });
  }, 30_000);

  it('leave nothing behind when they are stopped half-way, or when FFmpeg cannot write', async () => {
    const stopping = new AbortController();
    const target = path.join(folder, 'half.mp4');
    function* stoppedAfterThree(): Generator<Uint8Array, void> {
      yield* greys(3);
      stopping.abort();
      yield* greys(3);
    }
    const clip = { size, fps, target, signal: stopping.signal };
    await expect(writeClip(stoppedAfterThree(), clip)).rejects.toMatchObject({ kind: 'cancelled' });
    const nowhere = path.join(folder, 'no', 'such', 'folder.mp4');
    await expect(writeClip(greys(3), { size, fps, target: nowhere, signal: never })).rejects.toThrow(/could not write/);
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('.part'))).toEqual([]);
  }, 30_000);

  it('play in a loop as a live camera whose clock only grows, and end with their viewer', async () => {
    const file = path.join(folder, 'short.mp4');
    await writeClip(greys(8), { size, fps, target: file, signal: never });
    const ended: Promise<void>[] = [];
    const server = createServer((_, response) => {
      ended.push(streamInLoop(file, response, never));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const session = await openCameraSession({
      url,
      timeoutMs: 5000,
      lookMs: 1000,
      codec: 'h264',
      shape: { source: size, analysis: size, fps: 0 },
    });
    const drain = (async () => {
      for await (const piece of session.pieces) if (piece.kind === 'init') continue;
    })();
    const times: number[] = [];
    for await (const { ptsUs } of session.frames) if (times.push(ptsUs) >= 20) break;
    await session.stop();
    await drain;
    expect(times.slice(1).filter((time, index) => time <= times[index])).toEqual([]);
    expect(times[19] - times[0]).toBeGreaterThan(1_700_000);
    await Promise.all(ended);
    server.close();
  }, 60_000);
});
