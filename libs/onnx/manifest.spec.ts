import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { factProblems } from './fact-problems.js';
import { modelById, readManifest } from './manifest.js';
import { modelIds } from './profile-models.js';

describe('the model manifest', () => {
  it('is complete: each file of a converter is a source file, and each id is there once', async () => {
    const { models } = await readManifest('models/manifest.json');
    expect(new Set(models.map(({ id }) => id)).size).toBe(models.length);
    for (const { converter, source } of models) {
      const names = source.files.map(({ name }) => name);
      if (converter !== null) expect(names).toEqual(expect.arrayContaining([converter.topology, converter.weights]));
    }
  });

  it('says of no model what does not fit together', async () => {
    const { models } = await readManifest('models/manifest.json');
    for (const entry of models) expect([entry.id, factProblems(entry)]).toEqual([entry.id, []]);
  });

  it('can say of each profile which models it runs', async () => {
    const manifest = await readManifest('models/manifest.json');
    for (const profile of Object.values(manifest.profiles))
      for (const id of modelIds(profile)) expect(modelById(manifest, id).id).toBe(id);
  });

  it('names the known models when asked for another', async () => {
    const manifest = await readManifest('models/manifest.json');
    expect(modelById(manifest, 'movenet-multipose').licence).toBe('Apache-2.0');
    expect(() => modelById(manifest, 'other')).toThrow('There is no model "other"; there is movenet-multipose, ');
  });

  it.each([
    ['not JSON', 'hello'],
    ['of another version', '{"version":2,"models":[]}'],
    ['with an unknown field', '{"version":1,"models":[],"extra":1}'],
  ])('is refused when it is %s', async (_, text) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-manifest-'));
    const file = path.join(folder, 'manifest.json');
    writeFileSync(file, text);
    await expect(readManifest(file)).rejects.toMatchObject({ kind: 'internal' });
    rmSync(folder, { recursive: true });
  });
});
