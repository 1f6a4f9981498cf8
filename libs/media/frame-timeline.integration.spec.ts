import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openFileSession } from './file-session.js';
import { frameTimeline, timelineOf } from './frame-timeline.js';

describe('frameTimeline', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-timeline-'))));
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const clip = (name: string, args: readonly string[]): string => {
    const file = path.join(folder, name);
    execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', ...args, file]);
    return file;
  };

  it.each([
    ['an MP4 with B-frames', 'a.mp4', 'testsrc=s=64x64:r=25:d=2', ['-bf', '3']],
    ['a varying frame rate', 'a.mkv', "testsrc=s=64x64:r=50:d=2,select='mod(n,3)'", ['-fps_mode', 'passthrough']],
    ['a transport stream that starts late', 'a.ts', 'testsrc=s=64x64:r=30000/1001:d=2', []],
    ['an AVI, whose packets carry no PTS', 'a.avi', 'testsrc=s=64x64:r=10:d=2', ['-c:v', 'mpeg4', '-bf', '2']],
    ['a still picture', 'a.png', 'testsrc=s=64x64', ['-frames:v', '1', '-update', '1']],
  ])('knows the number of every frame that is decoded from %s', async (...[, name, source, options]) => {
    const file = clip(name, ['-i', source, ...options]);
    const size = { widthPx: 64, heightPx: 64 };
    const timeline = await frameTimeline(file);
    const session = await openFileSession(file, { source: size, analysis: size, fps: 0 });
    const numbers: (number | null)[] = [];
    for await (const frame of session.frames) numbers.push(timeline.frameAt(frame.ptsUs));
    await session.stop();
    expect(numbers).toEqual([...timeline.ptsUs.keys()]);
    expect(numbers.length).toBeGreaterThan(0);
  });

  it('knows no frame between two frames or outside', () => {
    const { frameAt } = timelineOf([80_000, 0, 40_000]);
    expect([-1, 0, 1, 40_000, 80_000, 80_001].map(frameAt)).toEqual([null, 0, null, 1, 2, null]);
  });

  it('names a file that is not a video', async () => {
    const file = path.join(folder, 'notes.mp4');
    writeFileSync(file, 'hello');
    await expect(frameTimeline(file)).rejects.toMatchObject({
      kind: 'invalid-input',
      message: expect.stringContaining('notes.mp4') as string,
    });
  });

  it('stops when asked', async () => {
    const file = clip('a.mp4', ['-i', 'testsrc=s=64x64:r=25:d=1']);
    await expect(frameTimeline(file, AbortSignal.abort())).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
