import { installedModel } from '#testing/installed-model.js';
import { modelById, readManifest } from './manifest.js';
import { checkFile } from './verified-file.js';

const file = installedModel('movenet-multipose');
const suite = file === null ? describe.skip : describe;

suite('movenet-multipose, installed (skipped where the model is not)', () => {
  it('is the file that the manifest describes: the converter writes the same bytes on every machine', async () => {
    const model = modelById(await readManifest('models/manifest.json'), 'movenet-multipose');
    expect(await checkFile(file ?? '', model.installed)).toBe('right');
  });
});
