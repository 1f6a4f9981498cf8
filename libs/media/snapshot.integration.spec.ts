import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { letterbox } from '#geometry/letterbox.js';
import { joint } from '#pose/skeleton.js';
import { writeSnapshot, type SnapshotPose } from './snapshot.js';

jest.setTimeout(30_000);

const source = { widthPx: 1280, heightPx: 720 };
const analysis = { widthPx: 512, heightPx: 384 };

/** A grey picture with white padding above and below. */
function greyFrame(): Buffer {
  const { inner, padXPx, padYPx } = letterbox(source, analysis);
  const pixels = Buffer.alloc(analysis.widthPx * analysis.heightPx * 3, 255);
  for (let row = padYPx; row < padYPx + inner.heightPx; row++)
    pixels.fill(128, (row * analysis.widthPx + padXPx) * 3, (row * analysis.widthPx + padXPx + inner.widthPx) * 3);
  return pixels;
}

function standingAt(xPx: number, trackNo: number): SnapshotPose {
  const keypoints = Array.from({ length: 17 }, (_, index) => [xPx, 200 + index * 20, 0.9]).flat();
  return { box: [xPx - 60, 180, xPx + 60, 560], score: 0.8, keypoints, trackNo };
}

describe('writeSnapshot', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'posewatch-snapshot-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('cuts the padding away and draws the alarming person in the alarm colour, the other in the calm one', async () => {
    const file = path.join(folder, 'a', 'snapshot.jpg');
    const poses = [standingAt(320, 1), standingAt(960, 2)];
    const pixels = greyFrame();
    await writeSnapshot({ pixels, analysis, source, poses, alarmTrackNos: [2], file });
    const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([1024, 576]);
    const at = (x: number, y: number): number[] => [
      ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
    ];
    for (const y of [2, 573]) expect(Math.max(...at(10, y).map((value) => Math.abs(value - 128)))).toBeLessThan(12);
    const hipY = Math.round(((200 + joint.left_knee * 20) * 576) / 720) - 10;
    const [calmR, calmG] = at(256, hipY);
    const [alarmR, alarmG] = at(768, hipY);
    expect(calmG - calmR).toBeGreaterThan(60);
    expect(alarmR - alarmG).toBeGreaterThan(60);
    expect(await readdir(path.dirname(file))).toEqual(['snapshot.jpg']);
  });

  it('leaves nothing behind when the pixels have another size than said', async () => {
    const file = path.join(folder, 'snapshot.jpg');
    const broken = writeSnapshot({ pixels: Buffer.alloc(30), analysis, source, poses: [], alarmTrackNos: [], file });
    await expect(broken).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });
});
