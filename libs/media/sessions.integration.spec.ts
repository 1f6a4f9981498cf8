import { createReadStream, readFileSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { barCodeSize, makeBarCodeClip, readBarCode, rtspCameraScript, startRtspCamera } from '#testing/clips.js';
import { itWithData } from '#testing/shared-data.js';
import { openCameraSession, type CameraSession } from './camera-session.js';
import { openFileSession } from './file-session.js';
import type { Fragment, InitSegment } from './fragments.js';
import { probe } from './probe.js';
import type { RawFrame } from './raw-frames.js';

const analysis = { widthPx: 320, heightPx: 224 };
const everyFrame = { source: barCodeSize, analysis, fps: 0 };

jest.setTimeout(60_000);

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-sessions-'));
  await makeBarCodeClip(path.join(folder, 'bars.mp4'), { fps: 25, sec: 4 });
  await makeBarCodeClip(path.join(folder, 'bars.ts'), { fps: 25, sec: 4 });
}, 30_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function all<T>(items: AsyncIterable<T>, most = Number.POSITIVE_INFINITY): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) {
    found.push(item);
    if (found.length >= most) break;
  }
  return found;
}

async function read(clip: string, fps: number): Promise<{ frames: RawFrame[]; how: string }> {
  const session = await openFileSession(path.join(folder, clip), { ...everyFrame, fps });
  const frames = await all(session.frames);
  const { how } = await session.ended;
  await session.stop();
  return { frames, how };
}

describe('a file session', () => {
  it('gives every frame with its own time', async () => {
    const { frames, how } = await read('bars.mp4', 0);
    expect(how).toBe('complete');
    expect(frames.map((frame) => readBarCode(frame.pixels, analysis))).toEqual(
      Array.from({ length: 100 }, (_, i) => i),
    );
    expect(frames.map((frame) => frame.ptsUs)).toEqual(Array.from({ length: 100 }, (_, i) => i * 40_000));
    expect(frames.map((frame) => frame.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  it('thins out to the asked rate, and to the same frames each time', async () => {
    const [once, again] = [await read('bars.ts', 10), await read('bars.ts', 10)];
    expect(once.frames).toHaveLength(40);
    expect(again.frames.map((frame) => frame.ptsUs)).toEqual(once.frames.map((frame) => frame.ptsUs));
    for (const frame of once.frames)
      expect(frame.ptsUs - once.frames[0].ptsUs).toBe(readBarCode(frame.pixels, analysis) * 40_000);
  });

  it('waits for its reader without losing a frame, and ends when it is stopped', async () => {
    const session = await openFileSession(path.join(folder, 'bars.mp4'), everyFrame);
    const iterator = session.frames[Symbol.asyncIterator]();
    await iterator.next();
    const finished = await Promise.race([session.ended, new Promise((resolve) => setTimeout(resolve, 600, 'waiting'))]);
    expect(finished).toBe('waiting');
    for (let seq = 1; seq < 40; seq++) expect((await iterator.next()).value).toMatchObject({ seq });
    await session.stop();
    expect((await session.ended).how).toBe('stopped');
  });
});

/** Reads both products of a camera until it ends or enough frames have come. */
async function watch(
  session: CameraSession,
  frames: number,
  onFrame: () => void = () => undefined,
): Promise<{ raw: RawFrame[]; pieces: (InitSegment | Fragment)[] }> {
  const pieces: (InitSegment | Fragment)[] = [];
  const reading = (async () => {
    for await (const piece of session.pieces) pieces.push(piece);
  })();
  const raw: RawFrame[] = [];
  for await (const frame of session.frames) {
    raw.push(frame);
    onFrame();
    if (raw.length >= frames) break;
  }
  if (raw.length < frames) await session.ended;
  await session.stop();
  await reading;
  return { raw, pieces };
}

/** Decodes the fragments by themselves: what a player would show at which media time. */
async function played(pieces: readonly (InitSegment | Fragment)[]): Promise<Map<number, number>> {
  const file = path.join(folder, 'played.mp4');
  await writeFile(file, Buffer.concat(pieces.map((piece) => piece.bytes)));
  const session = await openFileSession(file, everyFrame);
  const frames = await all(session.frames);
  await session.stop();
  return new Map(frames.map((frame) => [frame.ptsUs, readBarCode(frame.pixels, analysis)]));
}

/** Every picture that a player would show has the raw frame's own time; returns how many were compared and how many had no partner. */
async function compareTimeLines(
  raw: readonly RawFrame[],
  pieces: readonly (InitSegment | Fragment)[],
): Promise<{ equal: number; alone: number }> {
  const shown = await played(pieces);
  const lastShownUs = Math.max(...shown.keys());
  const comparable = raw.filter((frame) => frame.ptsUs <= lastShownUs);
  const paired = comparable.filter((frame) => shown.has(frame.ptsUs));
  for (const frame of paired) expect(shown.get(frame.ptsUs)).toBe(readBarCode(frame.pixels, analysis));
  return { equal: paired.length, alone: comparable.length - paired.length };
}

describe('an FFmpeg that ignores SIGTERM', () => {
  it('is ended by force', async () => {
    const session = await openFileSession(path.join(folder, 'bars.mp4'), everyFrame);
    await session.frames[Symbol.asyncIterator]().next();
    const [pid] = ffmpegs();
    process.kill(pid, 'SIGSTOP'); // a stopped process gets to see no signal but SIGKILL
    await session.stop();
    expect(ffmpegs()).toEqual([]);
    expect((await session.ended).how).toBe('stopped');
  });
});

/** Ids of the FFmpeg processes that this process started. */
function ffmpegs(): number[] {
  const children = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').split(' ').filter(Boolean),
  );
  return children.filter((pid) => readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'ffmpeg').map(Number);
}

describe('a camera session', () => {
  it('stamps raw frames and fragments with the same time, B-frames and a stream that starts late included', async () => {
    const server = http.createServer((_request, response) =>
      createReadStream(path.join(folder, 'bars.ts')).pipe(response),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/bars.ts`;
    const session = await openCameraSession({ url, timeoutMs: 5000, lookMs: 1000, codec: 'h264', shape: everyFrame });
    const ended = session.ended;
    const pieces: (InitSegment | Fragment)[] = [];
    const [raw] = await Promise.all([all(session.frames), all(session.pieces).then((found) => pieces.push(...found))]);
    expect((await ended)?.kind).toBe('unavailable');
    await session.stop();
    server.close();
    const fragments = pieces.filter((piece) => piece.kind === 'fragment');
    expect(pieces[0].kind).toBe('init');
    expect(raw).toHaveLength(100);
    expect(fragments.map((fragment) => fragment.ptsUs).sort((a, b) => a - b)).toEqual(raw.map((frame) => frame.ptsUs));
    expect(fragments.filter((fragment) => fragment.keyframe)).toHaveLength(4);
    expect(fragments.every((fragment) => fragment.durationUs === 40_000)).toBe(true);
    expect(await compareTimeLines(raw, pieces)).toEqual({ equal: 100, alone: 0 });
  });

  itWithData(
    'of RTSP: one time line, a wrong password is said, a frozen camera and a dead one are noticed',
    [rtspCameraScript],
    async () => {
      const login = { user: 'guard', password: 'pass' };
      const camera = await startRtspCamera(path.join(folder, 'bars.mp4'), { fps: 25, login });
      const url = camera.url.replace('://', '://guard:pass@');
      try {
        const refused = probe(camera.url.replace('://', '://guard:wrong@'), { timeoutMs: 10_000 });
        await expect(refused).rejects.toMatchObject({
          kind: 'unauthorised',
          message: expect.not.stringMatching('wrong') as string,
        });
        const noPath = probe(url.replace('cam1', 'cam9'), { timeoutMs: 10_000 });
        await expect(noPath).rejects.toMatchObject({ kind: 'not-found' });
        expect(await probe(url, { timeoutMs: 10_000 })).toMatchObject({
          codec: 'h264',
          source: barCodeSize,
          isImage: false,
        });

        const options = { url, timeoutMs: 2500, lookMs: 1000, codec: 'h264', shape: { ...everyFrame, fps: 10 } };
        const { raw, pieces } = await watch(await openCameraSession(options), 25);
        // The first picture after joining comes without a time; FFmpeg guesses one for each product.
        const { equal, alone } = await compareTimeLines(raw, pieces);
        expect(equal).toBeGreaterThan(15);
        expect(alone).toBeLessThanOrEqual(2);

        const frozen = await openCameraSession(options);
        let frozenEnd: Promise<unknown> = Promise.resolve();
        await new Promise<void>((resolve) => {
          frozenEnd = watch(frozen, 1e6, resolve);
        });
        camera.signal('SIGSTOP');
        expect((await frozen.ended)?.kind).toBe('timeout');
        camera.signal('SIGCONT');
        await frozenEnd;

        const dying = await openCameraSession(options);
        let dyingEnd: Promise<unknown> = Promise.resolve();
        await new Promise<void>((resolve) => {
          dyingEnd = watch(dying, 1e6, resolve);
        });
        camera.signal('SIGKILL');
        expect((await dying.ended)?.kind).toBe('unavailable');
        await dyingEnd;
        await expect(probe(url, { timeoutMs: 10_000 })).rejects.toMatchObject({ kind: 'unavailable' });
      } finally {
        camera.signal('SIGCONT');
        await camera.stop();
      }
    },
    60_000,
  );
});
