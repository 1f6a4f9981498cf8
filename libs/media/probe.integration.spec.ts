import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ErrorKind } from '#base/errors.js';
import { seededRandom } from '#base/random.js';
import type { Size } from '#geometry/letterbox.js';
import { makeBarCodeClip, runFfmpeg } from '#testing/clips.js';
import { freePort } from '#testing/servers.js';
import { openFileSession, type FileEnd } from './file-session.js';
import { browsersPlay, makePlaybackCopy } from './playback-copy.js';
import { probe } from './probe.js';

jest.setTimeout(60_000);

let folder = '';
const at = (name: string): string => path.join(folder, name);
const limit = { timeoutMs: 10_000 };

/** Files that are wrong in one way each, made from a good one. */
async function makeBadFiles(): Promise<void> {
  const good = await readFile(at('good.mp4'));
  await writeFile(at('text.mp4'), 'Dear camera,\nthis is a letter.\n');
  await writeFile(at('empty.mp4'), '');
  await writeFile(at('noindex.mp4'), good.subarray(0, good.length - 2500));
  await writeFile(at('codec.mp4'), Buffer.from(good.toString('latin1').replaceAll('avc1', 'zzz1'), 'latin1'));
  await writeFile(at('playlist.mp4'), `#EXTM3U\n#EXTINF:1,\n${at('good.mp4')}\n`);
  await runFfmpeg(['-f', 'lavfi', '-i', 'sine=d=1', at('sound.mp4')]);
  const streamable = at('streamable.mp4');
  await runFfmpeg(['-i', at('good.mp4'), '-c', 'copy', '-movflags', '+faststart', streamable]);
  const whole = await readFile(streamable);
  await writeFile(at('cut.mp4'), whole.subarray(0, Math.floor(whole.length * 0.7)));
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-probe-'));
  await makeBarCodeClip(at('good.mp4'), { fps: 30, sec: 4 });
  await makeBadFiles();
}, 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function readAll(name: string): Promise<{ frames: number; end: FileEnd }> {
  const { source } = await probe(at(name), limit);
  const session = await openFileSession(at(name), { source, analysis: { widthPx: 64, heightPx: 64 }, fps: 0 });
  let frames = 0;
  for await (const frame of session.frames) frames += frame.pixels.length > 0 ? 1 : 0;
  const end = await session.ended;
  await session.stop();
  return { frames, end };
}

/** A black picture of 320 × 192, or a video of one frame, with a white corner at its top left. */
async function makeCornerPicture(file: string): Promise<void> {
  const source = 'color=black:s=320x192,drawbox=0:0:160:96:white:fill,format=yuv420p';
  await runFfmpeg(['-f', 'lavfi', '-i', source, '-frames:v', '1', file]);
}

/** The JPEG with an EXIF block, big-endian, that holds nothing but the orientation (tag 0x0112, one short). */
function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const head = Buffer.from('MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0', 'latin1');
  const exif = Buffer.concat([Buffer.from('Exif\0\0'), head, Buffer.from([orientation, 0, 0, 0, 0, 0, 0])]);
  const marker = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)]);
}

/** The MP4 with the matrix a, b, c, d in the header of its track (ISO 14496-12, tkhd): x' = a·x + c·y, y' = b·x + d·y. */
function withTrackMatrix(mp4: Buffer, [a, b, c, d]: readonly number[]): Buffer {
  const turned = Buffer.from(mp4);
  const matrixAt = turned.indexOf('tkhd') + 44;
  for (const [index, value] of [a, b, 0, c, d].entries()) turned.writeInt32BE(value * 0x10000, matrixAt + 4 * index);
  return turned;
}

/** Which quarter of the first analysis frame is white. */
async function whiteCorner(file: string, source: Size): Promise<string> {
  const analysis = { widthPx: source.widthPx / 2, heightPx: source.heightPx / 2 };
  const session = await openFileSession(file, { source, analysis, fps: 0 });
  const found: string[] = [];
  for await (const { pixels } of session.frames)
    for (const [down, row] of ['top', 'bottom'].entries())
      for (const [right, column] of ['left', 'right'].entries()) {
        const x = Math.floor(analysis.widthPx * (0.25 + right / 2));
        const y = Math.floor(analysis.heightPx * (0.25 + down / 2));
        if (pixels[(y * analysis.widthPx + x) * 3] > 127) found.push(`${row} ${column}`);
      }
  await session.stop();
  return found.join(' and ');
}

describe('probe', () => {
  it('says what a video is', async () => {
    expect(await probe(at('good.mp4'), limit)).toEqual({
      ...{ source: { widthPx: 320, heightPx: 192 }, codec: 'h264', container: 'mov,mp4,m4a,3gp,3g2,mj2' },
      ...{ durationUs: 4_000_000, frameCount: 120, fps: 30, timeBase: { num: 1, den: 15_360 } },
      ...{ rotationDeg: 0, startPtsUs: 0, isImage: false, lookMs: 1000 },
    });
  });

  it('gives the displayed size of a rotated video', async () => {
    await runFfmpeg(['-i', at('good.mp4'), '-c', 'copy', '-metadata:s:v:0', 'rotate=90', at('turned.mp4')]);
    const info = await probe(at('turned.mp4'), limit);
    expect(info.source).toEqual({ widthPx: 192, heightPx: 320 });
    expect(info.rotationDeg % 180).toBe(90);
  });

  /** EXIF orientation, as cameras write it, and the corner where the first pixel of the stored picture is to be seen. */
  const orientations: readonly (readonly [number, 'upright' | 'turned', string])[] = [
    [1, 'upright', 'top left'],
    [2, 'upright', 'top right'],
    [3, 'upright', 'bottom right'],
    [4, 'upright', 'bottom left'],
    [5, 'turned', 'top left'],
    [6, 'turned', 'top right'],
    [7, 'turned', 'bottom right'],
    [8, 'turned', 'bottom left'],
  ];
  it.each(orientations)(
    'turns a JPEG of EXIF orientation %i: %s, its corner at the %s',
    async (number, how, corner) => {
      await makeCornerPicture(at('corner.jpg'));
      await writeFile(at('exif.jpg'), withOrientation(await readFile(at('corner.jpg')), number));
      const { source } = await probe(at('exif.jpg'), limit);
      const [long, short] = [320, 192];
      const upright = { widthPx: long, heightPx: short };
      expect(source).toEqual(how === 'upright' ? upright : { widthPx: short, heightPx: long });
      expect(await whiteCorner(at('exif.jpg'), source)).toBe(corner);
    },
  );

  const phone: readonly (readonly [number, readonly number[], Size, string])[] = [
    [90, [0, 1, -1, 0], { widthPx: 192, heightPx: 320 }, 'top right'],
    [180, [-1, 0, 0, -1], { widthPx: 320, heightPx: 192 }, 'bottom right'],
    [270, [0, -1, 1, 0], { widthPx: 192, heightPx: 320 }, 'bottom left'],
  ];
  it.each(phone)('turns the frames of a phone video by %i degrees clockwise', async (_, matrix, size, corner) => {
    await makeCornerPicture(at('corner.mp4'));
    await writeFile(at('phone.mp4'), withTrackMatrix(await readFile(at('corner.mp4')), matrix));
    const { source } = await probe(at('phone.mp4'), limit);
    expect(source).toEqual(size);
    expect(await whiteCorner(at('phone.mp4'), source)).toBe(corner);
  });

  it.each(['jpg', 'png', 'webp'])('takes a %s for a video of one frame', async (extension) => {
    await runFfmpeg(['-i', at('good.mp4'), '-frames:v', '1', at(`picture.${extension}`)]);
    expect(await probe(at(`picture.${extension}`), limit)).toMatchObject({
      isImage: true,
      frameCount: 1,
      durationUs: null,
    });
    expect((await readAll(`picture.${extension}`)).frames).toBe(1);
  });

  it('takes a picture of one pixel', async () => {
    await runFfmpeg(['-f', 'lavfi', '-i', 'color=red:s=2x2,format=rgb24,crop=1:1', '-frames:v', '1', at('one.png')]);
    expect(await readAll('one.png')).toMatchObject({ frames: 1, end: { how: 'complete' } });
  });

  const refused: readonly (readonly [string, ErrorKind, RegExp])[] = [
    ['text.mp4', 'invalid-input', /^text\.mp4 is not a video or picture/],
    ['empty.mp4', 'invalid-input', /^empty\.mp4 is empty \(0 bytes\)/],
    ['noindex.mp4', 'invalid-input', /^noindex\.mp4 is cut off/],
    ['sound.mp4', 'invalid-input', /^sound\.mp4 has no video, only audio/],
    ['codec.mp4', 'invalid-input', /^codec\.mp4 holds video in an unknown codec \(zzz1\)/],
    ['playlist.mp4', 'invalid-input', /^playlist\.mp4 is not a video or picture/],
    ['missing.mp4', 'not-found', /^missing\.mp4 does not exist/],
  ];
  it.each(refused)('refuses %s as %s and names it', async (name, kind, message) => {
    await expect(probe(at(name), limit)).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message) as string,
    });
  });

  it('says why a camera cannot be reached, without its password', async () => {
    const url = `rtsp://guard:secret@127.0.0.1:${await freePort()}/cam1`;
    const refusal = probe(url, limit);
    await expect(refusal).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringMatching(/refuses the connection/) as string,
    });
    await expect(refusal).rejects.not.toMatchObject({ message: expect.stringMatching(/secret/) as string });
    await expect(probe('rtsp://camera.invalid/1', limit)).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('can be stopped', async () => {
    const ending = new AbortController();
    const stopped = probe(at('good.mp4'), { ...limit, signal: ending.signal });
    ending.abort();
    await expect(stopped).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('a damaged file', () => {
  it('that ends early gives what it has, and says so', async () => {
    const { frames, end } = await readAll('cut.mp4');
    expect(frames).toBeGreaterThan(30);
    expect(frames).toBeLessThan(120);
    expect(end).toMatchObject({ how: 'cut', problem: { kind: 'data-loss' } });
  });

  it('with broken pictures counts them', async () => {
    const bytes = await readFile(at('good.mp4'));
    const random = seededRandom(1);
    for (let from = bytes.indexOf('mdat') + 2000; from < bytes.length - 5000; from += 300)
      for (let i = 0; i < 40; i++) bytes[from + i] = Math.floor(random() * 256);
    await writeFile(at('broken.mp4'), bytes);
    const { frames, end } = await readAll('broken.mp4');
    expect(end.undecodable).toBeGreaterThan(0);
    expect(frames + end.undecodable).toBe(120);
  });
});

describe('a copy for playback', () => {
  it('is needed for what browsers cannot play, and has the same times', async () => {
    await runFfmpeg(['-i', at('good.mp4'), '-c:v', 'mpeg4', '-bf', '0', at('old.avi')]);
    const before = await probe(at('old.avi'), limit);
    expect([browsersPlay(before, 'old.avi'), browsersPlay(await probe(at('good.mp4'), limit), 'good.mp4')]).toEqual([
      false,
      true,
    ]);
    await makePlaybackCopy(at('old.avi'), at('copy.mp4'), { name: 'old.avi', signal: new AbortController().signal });
    const after = await probe(at('copy.mp4'), limit);
    expect(browsersPlay(after, 'copy.mp4')).toBe(true);
    expect([after.frameCount, after.startPtsUs]).toEqual([120, before.startPtsUs]);
  });
});
