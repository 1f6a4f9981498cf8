import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { itWithModels } from '#testing/model-folder.js';
import { sharedData } from '#testing/shared-data.js';
import { evaluate } from '../commands/evaluate.js';
import { models } from '../commands/models.js';
import { output } from '../test-run.js';

const SET = 'coco_val_mini/person_keypoints.json';
const images = (): string => sharedData('coco_val_mini/images') ?? '';

/** What a command prints; models come from a folder of links to real ones. */
const printed = (command: typeof evaluate, args: readonly string[], modelsDir: string): Promise<string> =>
  output(command, args, { POSEWATCH_MODELS_DIR: modelsDir, POSEWATCH_PROVIDERS: 'cpu', HOME: modelsDir });

describe('profiles on photographs', () => {
  itWithModels(
    'fast finds joints through the product: FFmpeg, analysis size, session threads',
    { models: ['movenet-multipose'], data: [SET] },
    async (modelsDir) => {
      const args = ['coco', '--images', images(), '--annotations', sharedData(SET) ?? '', '--json'];
      const scores = JSON.parse(await printed(evaluate, args, modelsDir)) as { meanOks: number; ap: number };
      expect(scores).toMatchObject({ persons: 57, images: 32, profile: 'fast', models: ['movenet-multipose'] });
      expect(scores.meanOks).toBeGreaterThan(0.6); // 0.616 on 2026-11-21, AP 0.385
      expect(scores.ap).toBeGreaterThan(0.36);
    },
  );

  itWithModels(
    'models compare writes a page, a picture and figures',
    { models: ['movenet-multipose'], data: [SET] },
    async (modelsDir) => {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-compare-'));
      const args = ['compare', 'fast', '--images', images(), '--annotations', sharedData(SET) ?? ''];
      const text = await printed(models, [...args, '--out', folder], modelsDir);
      expect(text).toMatch(/^mean OKS +0\.6\d\d$/m);
      expect(readFileSync(path.join(folder, 'compare.html'), 'utf8')).toContain('<h1>Models compared</h1>');
      expect(await sharp(path.join(folder, 'compare.png')).metadata()).toMatchObject({ format: 'png', width: 1040 });
      const comparison: unknown = JSON.parse(readFileSync(path.join(folder, 'compare.json'), 'utf8'));
      expect(comparison).toMatchObject({ images: 32, rows: [{ name: 'fast', scores: { persons: 57 } }], failed: [] });
      rmSync(folder, { recursive: true });
    },
  );
});
