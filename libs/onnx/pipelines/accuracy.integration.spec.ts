import path from 'node:path';
import { bestOksOnCoco, COCO_CUT } from '#testing/coco-cut.js';
import { itWithModels } from '#testing/model-folder.js';
import { modelById, readManifest } from '../manifest.js';
import { checkFile } from '../verified-file.js';

const PERSONS = 57;
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The longest side of the box around joints in metres. */
function longestSideM(joints: readonly number[]): number {
  const sides = [0, 1, 2].map((axis) => {
    const values = joints.filter((_, at) => at % 3 === axis);
    return Math.max(...values) - Math.min(...values);
  });
  return Math.max(...sides);
}

describe('profiles on photographs', () => {
  itWithModels(
    'fast runs the file that the manifest describes',
    { models: ['movenet-multipose'] },
    async (modelsDir) => {
      const { installed } = modelById(await readManifest('models/manifest.json'), 'movenet-multipose');
      const { bytes, sha256 } = installed;
      if (bytes === null || sha256 === null) throw new Error('the manifest does not say what the default model is');
      expect(await checkFile(path.join(modelsDir, installed.file), { bytes, sha256 })).toBe('right');
    },
  );

  itWithModels(
    'fast places the joints of people',
    { models: ['movenet-multipose'], data: [COCO_CUT] },
    async (modelsDir) => {
      const found = await bestOksOnCoco({ profile: 'fast', modelId: null }, modelsDir);
      expect(found).toHaveLength(PERSONS);
      // 0.612 on 2026-11-21.
      expect(mean(found.map(({ oks }) => oks))).toBeGreaterThan(0.6);
    },
  );

  itWithModels(
    'accurate places the joints of people',
    { models: ['rtmdet-nano-person', 'pp-tinypose-256', 'pp-tinypose-128'], data: [COCO_CUT] },
    async (modelsDir) => {
      const found = await bestOksOnCoco({ profile: 'accurate', modelId: null }, modelsDir);
      expect(found).toHaveLength(PERSONS);
      // 0.853 on 2026-11-21; with the annotated boxes it is 0.854.
      expect(mean(found.map(({ oks }) => oks))).toBeGreaterThan(0.84);
    },
  );

  itWithModels(
    'pose3d places them too, and gives people a size in metres',
    {
      models: ['rtmdet-nano-person', 'pp-tinypose-256', 'pp-tinypose-128', 'blazepose-landmark-lite'],
      data: [COCO_CUT],
    },
    async (modelsDir) => {
      const found = await bestOksOnCoco({ profile: 'pose3d', modelId: null }, modelsDir);
      // As accurate: the joints in the picture are the same.
      expect(mean(found.map(({ oks }) => oks))).toBeGreaterThan(0.84);
      const spansM = found.flatMap(({ people }) =>
        people.flatMap(({ joints3d }) => (joints3d === undefined ? [] : [longestSideM(joints3d)])),
      );
      spansM.sort((a, b) => a - b);
      expect(spansM[Math.floor(spansM.length / 2)]).toBeGreaterThan(0.8);
      expect(spansM[Math.floor(spansM.length / 2)]).toBeLessThan(1.8);
      expect(spansM.at(-1)).toBeLessThan(2.2);
    },
  );
});
