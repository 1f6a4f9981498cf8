import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { seededRandom } from '#base/random.js';
import { parseMot } from '#evaluation/mot-file.js';
import { frameTimeline } from '#media/frame-timeline.js';
import { runFfmpeg } from '#testing/clips.js';
import { buildServices } from '#testing/service-process.js';
import { TINY_BOX_PX, writeTinyPoseModel } from '#testing/tiny-pose-model.js';
import type { ProfileName } from '#pose/profile.js';
import { AnalysedFrames } from './analysed-frames.js';
import { analyzeInput, type InputReport } from './analyze-input.js';
import { startEngine, type Engine } from './engine.js';
import type { RulesFile } from './rules-file.js';

const FRAMES = 40;
const START_PX = 100;
const STEP_PX = 4;
const TOP_PX = 200;

/** A white cell that walks to the right, one cell a frame, on a picture that needs no scaling. The tiny model takes it for a person. */
async function walker(file: string): Promise<void> {
  const [ground, cell] = [`color=black:s=512x384:r=20:d=${FRAMES / 20}`, `color=white:s=4x4:r=20:d=${FRAMES / 20}`];
  const walk = `[0][1]overlay=x='${START_PX}+${STEP_PX}*(n-1)':y=${TOP_PX}:shortest=1,format=yuv420p`;
  const inputs = ['-f', 'lavfi', '-i', ground, '-f', 'lavfi', '-i', cell];
  await runFfmpeg([...inputs, '-filter_complex', walk, '-qp', '0', '-bf', '2', '-g', '10', file]);
}

describe('analyzeInput', () => {
  let folder: string;
  let engine: Engine;
  const stopping = new AbortController();
  const analysed = new AnalysedFrames();
  const progress: string[] = [];
  const noRules: RulesFile = { zones: [], rules: [] };
  const random = seededRandom(9);

  beforeAll(async () => {
    buildServices();
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-analyze-test-'));
    writeTinyPoseModel(path.join(folder, 'movenet-multipose.onnx'));
    await walker(path.join(folder, 'walker.mp4'));
    engine = await startEngine({
      environment: { PATH: '/usr/local/bin:/usr/bin:/bin', HOME: folder, POSEWATCH_MODELS_DIR: folder },
      overrides: { POSEWATCH_SESSIONS: '1', POSEWATCH_PROVIDERS: 'cpu' },
      progress: (line) => progress.push(line),
      signal: stopping.signal,
    });
    await engine.onTracks((message) => {
      analysed.note(message);
    });
  }, 120_000);

  afterAll(async () => {
    await engine.stop();
    rmSync(folder, { recursive: true });
  }, 30_000);

  const analyse = (
    name: string,
    options: { fps?: number; rules?: RulesFile; video?: boolean; profile?: ProfileName } = {},
  ): Promise<InputReport> =>
    analyzeInput({
      engine,
      request: {
        inputs: [],
        outFolder: folder,
        profile: options.profile ?? 'fast',
        modelId: null,
        fillGapsSec: 0,
        fps: options.fps ?? 10,
        rulesFile: null,
        video: options.video ?? false,
        json: true,
      },
      rules: options.rules ?? noRules,
      input: path.join(folder, name),
      folder: path.join(folder, 'out'),
      random,
      analysed,
      progress: (line) => progress.push(line),
      signal: stopping.signal,
    });
  const json = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

  it('writes every file, with the frame numbers of the source', async () => {
    const rules: RulesFile = {
      zones: [
        {
          id: 'right',
          name: 'Right side',
          polygon: [
            [0.3, 0],
            [1, 0],
            [1, 1],
            [0.3, 1],
          ],
        },
      ],
      rules: [{ kind: 'intrusion', name: 'Keep out', zone: 'right', params: { dwellSec: 0.3 } }],
    };
    const report = await analyse('walker.mp4', { rules, video: true });
    expect(report).toMatchObject({ frames: FRAMES, dropped: {}, tracks: 1, events: 1, problem: null });
    expect(Math.abs(report.analysed - FRAMES / 2)).toBeLessThanOrEqual(1);
    const rows = parseMot(readFileSync(report.files['tracks.mot.txt'], 'utf8'), 'tracks.mot.txt');
    expect(rows).toHaveLength(report.analysed);
    const posetrack = json(report.files['tracks.posetrack.json']) as {
      images: { is_labeled: boolean }[];
      annotations: unknown[];
    };
    expect(posetrack.images.flatMap((image, at) => (image.is_labeled ? [at + 1] : []))).toEqual(
      rows.map((row) => row.frame),
    );
    expect(posetrack.annotations).toHaveLength(rows.length);
    const coco = json(report.files['poses.coco.json']) as { image_id: number; keypoints: number[] }[];
    expect(coco.map((pose) => pose.image_id)).toEqual(rows.map((row) => row.frame - 1));
    for (const { image_id: frame, keypoints } of coco) {
      const [x, y] = [START_PX + STEP_PX * frame + 2, TOP_PX + 2];
      expect(Math.hypot(keypoints[0] - x, keypoints[1] - y)).toBeLessThan(1);
    }
    expect(rows[0].box[2] - rows[0].box[0]).toBeCloseTo(TINY_BOX_PX.widthPx, 0);
    const { events } = json(report.files['events.json']) as { events: { startFrame: number }[] };
    expect(events).toEqual([
      expect.objectContaining({ kind: 'intrusion', rule: 'Keep out', zone: 'Right side', trackNo: 1 }),
    ]);
    expect(START_PX + STEP_PX * events[0].startFrame).toBeGreaterThan(0.3 * 512);
    expect((await frameTimeline(report.files['overlay.mp4'])).ptsUs).toHaveLength(FRAMES);
    expect(json(report.files['summary.json'])).toMatchObject({
      frames: FRAMES,
      source: { widthPx: 512, heightPx: 384 },
      wanted: { profile: 'fast', model: null },
      used: [{ profile: 'fast', model: 'movenet-multipose', provider: 'cpu', frames: report.analysed }],
      fallback: null,
    });
  }, 90_000);

  it('says so where something else ran than was asked for, and why', async () => {
    const report = await analyse('walker.mp4', { profile: 'accurate' });
    const used = [{ profile: 'fast', model: 'movenet-multipose', provider: 'cpu', frames: report.analysed }];
    expect(json(report.files['summary.json'])).toMatchObject({
      wanted: { profile: 'accurate', model: null },
      used,
      fallback: expect.stringContaining('rtmdet_nano_person.onnx is missing') as unknown,
    });
    expect(progress.join('\n')).toMatch(
      /walker.mp4: accurate was asked for, but what ran was fast \(movenet-multipose\) on/,
    );
  }, 90_000);

  it('analyses every frame where all are wanted', async () => {
    expect(await analyse('walker.mp4', { fps: 0 })).toMatchObject({ frames: FRAMES, analysed: FRAMES, tracks: 1 });
  }, 90_000);

  it('gives the numbered picture of a data set its number', async () => {
    await runFfmpeg([
      '-i',
      path.join(folder, 'walker.mp4'),
      '-frames:v',
      '1',
      '-update',
      '1',
      path.join(folder, '000000000139.png'),
    ]);
    const report = await analyse('000000000139.png', { video: true });
    expect(report).toMatchObject({ frames: 1, analysed: 1 });
    const poses = json(report.files['poses.coco.json']) as { image_id: number }[];
    expect(poses.map((pose) => pose.image_id)).toEqual([139]);
  }, 90_000);

  it('analyses what is left of a truncated file and says so', async () => {
    const file = path.join(folder, 'cut.mkv');
    await runFfmpeg(['-i', path.join(folder, 'walker.mp4'), '-c', 'copy', file]);
    truncateSync(file, Math.floor(statSync(file).size * 0.6));
    const report = await analyse('cut.mkv', { fps: 0 });
    expect(report.analysed).toBeGreaterThan(5);
    expect(report.analysed).toBeLessThan(FRAMES);
    expect(report.problem).toMatch(/cut\.mkv/);
  }, 90_000);

  it.each([
    ['a text file', 'notes.mp4', 'hello'],
    ['an empty file', 'empty.mp4', ''],
  ])('names %s', async (...[, name, text]) => {
    writeFileSync(path.join(folder, name), text);
    await expect(analyse(name)).rejects.toThrow(name);
  });

  it('names a file that holds sound alone', async () => {
    await runFfmpeg(['-f', 'lavfi', '-i', 'sine=d=1', path.join(folder, 'sound.mp4')]);
    await expect(analyse('sound.mp4')).rejects.toThrow('sound.mp4');
  }, 30_000);

  it('stops when asked, and leaves neither a process nor a file', async () => {
    const running = analyse('walker.mp4', { fps: 0 });
    stopping.abort();
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' });
    await engine.stop();
    expect(existsSync(engine.dataFolder)).toBe(false);
    const left = readProcesses().filter((command) => command.includes(engine.dataFolder));
    expect(left).toEqual([]);
  }, 60_000);
});

/** Command lines of all processes. */
function readProcesses(): string[] {
  const ids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return ids.flatMap((id) => {
    try {
      return [readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ')];
    } catch {
      return [];
    }
  });
}
