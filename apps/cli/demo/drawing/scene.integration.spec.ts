import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseMot, type MotRow } from '#evaluation/mot-file.js';
import { iou, type Box } from '#geometry/box.js';
import { installedModel } from '#testing/installed-model.js';
import { demoFolder } from '../../internal/places.js';
import { demoClips } from '../clips.js';
import type { Figure } from './figure.js';
import { seenAt, type Lens } from './lens.js';
import { figuresAt, lenses } from './scene.js';

const CLIP_FPS = 10;
const ANALYSED_FPS = 3;

interface Seen {
  readonly box: Box;
  readonly depthM: number;
}

function seen(lens: Lens, figure: Figure): Seen {
  const places = figure.parts.flatMap(({ from, to }) => [seenAt(lens, from), seenAt(lens, to)]);
  const [xs, ys] = [places.map(({ xPx }) => xPx), places.map(({ yPx }) => yPx)];
  const box: Box = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  return { box, depthM: seenAt(lens, figure.head.at).depthM };
}

/** Everybody who is in a picture. */
function allSeen(lens: Lens, sec: number): readonly Seen[] {
  return figuresAt(sec).map(({ figure }) => seen(lens, figure));
}

/** Those who are wholly in the picture and hardly hidden by somebody nearer. */
function clearlySeen(lens: Lens, all: readonly Seen[]): readonly Box[] {
  const { widthPx, heightPx } = lens;
  return all
    .filter(({ box, depthM }) => depthM > 0 && box[0] > 0 && box[1] > 0 && box[2] < widthPx && box[3] < heightPx)
    .filter((one) => all.every((other) => other.depthM >= one.depthM || iou(other.box, one.box) < 0.1))
    .map(({ box }) => box);
}

function analysed(clip: string, folder: string): readonly MotRow[] {
  const args = ['analyze', clip, '--out', folder, '--fps', String(ANALYSED_FPS), '--no-video'];
  const { status, stderr } = spawnSync(process.execPath, [path.resolve('dist/apps/cli/main.js'), ...args], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return parseMot(readFileSync(path.join(folder, 'tracks.mot.txt'), 'utf8'), 'tracks.mot.txt');
}

describe('the demo scene in the eyes of the default model', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-demo-scene-'));
  const itWithModel = installedModel('movenet-multipose') === null ? it.skip : it;
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  itWithModel(
    'has people: nine of ten figures that are in full view are tracked, and next to nobody else (needs the default model)',
    async () => {
      const { signal } = new AbortController();
      const clips = await demoClips({
        folder: demoFolder({ HOME: os.homedir() }),
        onProgress: () => undefined,
        signal,
      });
      for (const [index, lens] of Object.values(lenses).entries()) {
        const rows = analysed(clips[index], path.join(folder, String(index)));
        const frames = [...new Set(rows.map(({ frame }) => frame))].map((frame) => ({
          found: rows.filter((row) => row.frame === frame).map(({ box }) => box),
          present: allSeen(lens, (frame - 1) / CLIP_FPS),
        }));
        const figures = frames.flatMap(({ found, present }) =>
          clearlySeen(lens, present).map((box) => found.some((each) => iou(each, box) > 0.4)),
        );
        expect(figures.length).toBeGreaterThan(120);
        expect(figures.filter((isFound) => isFound).length / figures.length).toBeGreaterThan(0.9);
        const strangers = frames.flatMap(({ found, present }) =>
          found.filter((box) => !present.some((each) => iou(each.box, box) > 0.2)),
        );
        expect(strangers.length / rows.length).toBeLessThan(0.05);
      }
    },
    240_000,
  );
});
