import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { barCodeSize, makeBarCodeClip } from '#testing/clips.js';
import { startHttpCamera } from '#testing/http-camera.js';
import { openCameraSession } from './camera-session.js';
import { LONG_LOOK_MS, QUICK_LOOK_MS } from './ffmpeg-arguments.js';
import { probe } from './probe.js';

jest.setTimeout(120_000);

const shape = { source: barCodeSize, analysis: { widthPx: 320, heightPx: 224 }, fps: 0 };

let folder = '';
let clip = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-http-camera-'));
  clip = path.join(folder, 'bars.mp4');
  await makeBarCodeClip(clip, { fps: 25, sec: 8 });
}, 30_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Watches a camera until `most` analysis frames have come; returns how many of these and of its own pictures there were. */
async function watchBriefly(url: string, limits: { timeoutMs: number; lookMs: number }, most: number) {
  const session = await openCameraSession({ ...limits, url, codec: 'h264', shape });
  const pieces = (async () => {
    let fragments = 0;
    for await (const piece of session.pieces) fragments += piece.kind === 'fragment' ? 1 : 0;
    return fragments;
  })();
  let frames = 0;
  for await (const frame of session.frames) {
    frames += frame.pixels.length > 0 ? 1 : 0;
    if (frames === most) break;
  }
  await session.stop();
  return { frames, fragments: await pieces };
}

describe('a camera over HTTP', () => {
  it.each([
    ['MPEG-TS with a key frame each second', { format: 'mpegts', fps: 10, keyEvery: 10 }],
    ['MPEG-TS at 2 pictures a second', { format: 'mpegts', fps: 2, keyEvery: 2 }],
    ['FLV, whose stream begins for each viewer', { format: 'flv', fps: 10, keyEvery: 10 }],
  ] as const)(
    'shows pictures under a silence limit shorter than the look FFmpeg takes by itself: %s',
    async (_, options) => {
      const camera = await startHttpCamera(clip, options);
      try {
        const { source, codec, lookMs } = await probe(camera.url, { timeoutMs: 2500 });
        expect({ source, codec }).toEqual({ source: barCodeSize, codec: 'h264' });
        const { frames, fragments } = await watchBriefly(camera.url, { timeoutMs: 2500, lookMs }, 10);
        expect(frames).toBe(10);
        expect(fragments).toBeGreaterThan(0);
      } finally {
        await camera.stop();
      }
    },
  );

  it('whose key frames are far apart is looked at for longer, and then shows its pictures', async () => {
    const camera = await startHttpCamera(clip, { format: 'mpegts', fps: 10, keyEvery: 40 });
    try {
      const patient = await probe(camera.url, { timeoutMs: 5000, isPatient: true });
      expect(patient).toMatchObject({ source: barCodeSize, lookMs: LONG_LOOK_MS });
      const { source, lookMs } = await probe(camera.url, { timeoutMs: 5000 });
      expect(source).toEqual(barCodeSize);
      expect([QUICK_LOOK_MS, LONG_LOOK_MS]).toContain(lookMs);
      const { frames } = await watchBriefly(camera.url, { timeoutMs: 5000, lookMs: LONG_LOOK_MS }, 5);
      expect(frames).toBe(5);
    } finally {
      await camera.stop();
    }
  });
});
