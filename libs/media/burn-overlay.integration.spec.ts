import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';
import { burnOverlay } from './burn-overlay.js';
import { frameTimeline } from './frame-timeline.js';
import { type OverlayPose, type OverlayScene } from './overlay-subtitles.js';

/** A pose whose joints all lie on one spot: a dot of the track's colour. */
function spot(ptsUs: number, trackNo: number, at: { x: number; y: number }): OverlayPose {
  const keypoints = Array.from({ length: COCO_JOINT_COUNT }, () => [at.x, at.y, 0.9]).flat();
  return { ptsUs, trackNo, score: 0.9, box: [at.x - 40, at.y - 80, at.x + 40, at.y + 80], keypoints };
}

/** Raw RGB of a video, frame by frame. */
function pixels(file: string, widthPx: number, heightPx: number): Buffer[] {
  const args = ['-v', 'error', '-i', file, '-fps_mode', 'passthrough', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'];
  const all = execFileSync('ffmpeg', args, { maxBuffer: 1e9 });
  const size = widthPx * heightPx * 3;
  return Array.from({ length: all.length / size }, (_, index) => all.subarray(index * size, (index + 1) * size));
}

describe('burnOverlay', () => {
  let folder: string;
  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(os.tmpdir(), 'posewatch-burn-')), "it's [a], b;c: d");
    mkdirSync(folder);
  });
  afterEach(() => {
    rmSync(path.dirname(folder), { recursive: true });
  });

  const clip = (name: string, args: readonly string[]): string => {
    const file = path.join(folder, name);
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', ...args, `file:${file}`]);
    return file;
  };
  const burn = async (file: string, scene: OverlayScene): Promise<string> => {
    const target = path.join(folder, 'overlay.mp4');
    const signal = new AbortController().signal;
    await burnOverlay({ file, scene, target, signal, onFrames: () => undefined });
    return target;
  };

  it.each([
    ['30 frames a second', '30', ''],
    ['120 frames a second', '120', ''],
    ['a varying rate that starts late', '50', ",select='mod(n,3)+lt(n,9)',setpts=PTS+3.21/TB"],
  ])(
    'shows on every frame exactly its own poses at %s',
    async (_, rate, filter) => {
      const source = `color=c=black:s=320x64:r=${rate}:d=0.4,format=yuv420p${filter}`;
      const file = clip('clip.mp4', [
        '-i',
        source,
        '-fps_mode',
        'passthrough',
        '-copyts',
        '-pix_fmt',
        'yuv420p',
        '-bf',
        '2',
      ]);
      const { ptsUs } = await frameTimeline(file);
      const place = (index: number): number => 6 + 6 * index;
      const scene: OverlayScene = {
        source: { widthPx: 320, heightPx: 64 },
        framePtsUs: ptsUs,
        analysedPtsUs: [...ptsUs],
        poses: [...ptsUs].map((at, index) => spot(at, 1, { x: place(index), y: 48 })),
        alerts: [],
        zones: [],
      };
      const frames = pixels(await burn(file, scene), 320, 64);
      expect(frames).toHaveLength(ptsUs.length);
      const brightest = frames.map((frame) => {
        const row = Array.from({ length: 320 }, (__, x) => frame[(48 * 320 + x) * 3 + 2]);
        return row.indexOf(Math.max(...row));
      });
      brightest.forEach((x, index) => {
        expect(Math.abs(x - place(index))).toBeLessThanOrEqual(2);
      });
    },
    60_000,
  );

  it('keeps the times of the source, from zero', async () => {
    const source = "color=c=black:s=64x64:r=50:d=0.5,select='mod(n,3)',setpts=PTS+1/TB";
    const file = clip('clip.mkv', ['-i', source, '-fps_mode', 'passthrough', '-copyts', '-pix_fmt', 'yuv420p']);
    const { ptsUs } = await frameTimeline(file);
    const scene = {
      source: { widthPx: 64, heightPx: 64 },
      framePtsUs: ptsUs,
      analysedPtsUs: [],
      poses: [],
      alerts: [],
      zones: [],
    };
    const after = await frameTimeline(await burn(file, scene));
    expect([...after.ptsUs]).toEqual([...ptsUs].map((at) => at - ptsUs[0]));
  }, 60_000);

  it('moves a pose in a straight line between two analysed frames and takes it away where it is not found again', async () => {
    const file = clip('clip.mp4', ['-i', 'color=c=black:s=320x64:r=25:d=0.4', '-pix_fmt', 'yuv420p']);
    const { ptsUs } = await frameTimeline(file);
    const scene: OverlayScene = {
      source: { widthPx: 320, heightPx: 64 },
      framePtsUs: ptsUs,
      analysedPtsUs: [ptsUs[0], ptsUs[4], ptsUs[8]],
      poses: [spot(ptsUs[0], 1, { x: 20, y: 48 }), spot(ptsUs[4], 1, { x: 100, y: 48 })],
      alerts: [],
      zones: [],
    };
    const frames = pixels(await burn(file, scene), 320, 64);
    const blueAt = (index: number, x: number): number => frames[index][(48 * 320 + x) * 3 + 2];
    for (const [index, x] of [
      [0, 20],
      [1, 40],
      [2, 60],
      [3, 80],
      [4, 100],
      [7, 100],
    ])
      expect(blueAt(index, x)).toBeGreaterThan(100);
    expect(blueAt(8, 100)).toBeLessThan(40);
  }, 60_000);

  it('leaves nothing behind when stopped', async () => {
    const file = clip('clip.mp4', [
      '-i',
      'testsrc2=s=1280x720:r=30:d=20',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
    ]);
    const { ptsUs } = await frameTimeline(file);
    const scene = {
      source: { widthPx: 1280, heightPx: 720 },
      framePtsUs: ptsUs,
      analysedPtsUs: [],
      poses: [],
      alerts: [],
      zones: [],
    };
    const stop = new AbortController();
    const target = path.join(folder, 'overlay.mp4');
    const burning = burnOverlay({
      file,
      scene,
      target,
      signal: stop.signal,
      onFrames: () => {
        stop.abort();
      },
    });
    await expect(burning).rejects.toMatchObject({ kind: 'cancelled' });
    expect(readdirSync(folder)).toEqual(['clip.mp4']);
    expect(existsSync(target)).toBe(false);
  }, 60_000);
});
