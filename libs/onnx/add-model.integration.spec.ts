import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { smallDisk } from '#testing/full-disk.js';
import { tinyHeatmapFacts, tinyHeatmapModel } from '#testing/tiny-heatmap-model.js';
import { addModel, removeModel, type AddModelOptions } from './add-model.js';
import { modelById } from './manifest.js';
import { openRegistry } from './registry.js';

const builtInManifestFile = 'models/manifest.json';
const workerUrl = pathToFileURL(path.resolve('dist/libs/onnx/dry-run-worker.js'));
const good = tinyHeatmapModel();
const sha256 = createHash('sha256').update(good).digest('hex');

describe('addModel', () => {
  let folder = '';
  let modelsDir = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-add-'));
    modelsDir = path.join(folder, 'models');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function add(said: object = {}, change: Partial<AddModelOptions> & { readonly bytes?: Uint8Array } = {}) {
    const onnxFile = path.join(folder, 'given.onnx');
    writeFileSync(onnxFile, change.bytes ?? good);
    return addModel({
      onnxFile,
      manifestText: JSON.stringify({ ...tinyHeatmapFacts, ...said }),
      manifestName: 'tiny.json',
      modelsDir,
      builtInManifestFile,
      workerUrl,
      providers: ['cpu'],
      replace: false,
      ...change,
    });
  }

  it('tries a model, and puts it where everybody finds it', async () => {
    const { entry, trial } = await add();
    expect(trial).toMatchObject({ provider: 'cpu', widthPx: 48, heightPx: 64 });
    expect(readdirSync(modelsDir).sort()).toEqual(['tiny.model.json', 'tiny.onnx']);
    expect(readFileSync(path.join(modelsDir, 'tiny.onnx')).equals(good)).toBe(true);
    const registry = await openRegistry(modelsDir, builtInManifestFile);
    expect(modelById(registry, 'tiny')).toEqual(entry);
    expect(entry.installed).toEqual({ file: 'tiny.onnx', bytes: good.length, sha256 });
    expect([...registry.ownIds]).toEqual(['tiny']);
  });

  it('takes a model whose description has its digest, and refuses another file', async () => {
    await add({ sha256 });
    const attempt = add({ id: 'tiny-2', sha256: '0'.repeat(64) });
    await expect(attempt).rejects.toMatchObject({ kind: 'invalid-input', details: { reason: 'digest' } });
    await expect(attempt).rejects.toThrow(`given.onnx has ${good.length} bytes and sha256 ${sha256}, not what`);
  });

  it.each<[string, object, Uint8Array, object]>([
    ['that does not work', {}, tinyHeatmapModel({ last: 'Sqrt' }), { details: { reason: 'not-finite' } }],
    ['that is no model', {}, Buffer.from('hello'), { details: { reason: 'corrupt' } }],
    [
      'with an unknown decoder',
      { decoder: 'magic' },
      good,
      { message: expect.stringContaining('decoder: "magic"') as string },
    ],
    ['with the id of the product', { id: 'movenet-multipose' }, good, { kind: 'conflict' }],
  ])('adds nothing of a model %s', async (_, said, bytes, problem) => {
    await add({ id: 'first' });
    const before = readdirSync(modelsDir);
    await expect(add(said, { bytes })).rejects.toMatchObject(problem);
    expect(readdirSync(modelsDir)).toEqual(before);
  });

  it('replaces an own model only when it is told to', async () => {
    await add();
    const better = tinyHeatmapModel({ batch: 'pictures' });
    await expect(add({}, { bytes: better })).rejects.toMatchObject({ kind: 'conflict' });
    await add({ title: 'Better' }, { bytes: better, replace: true });
    const entry = modelById(await openRegistry(modelsDir, builtInManifestFile), 'tiny');
    expect(entry).toMatchObject({ title: 'Better', installed: { bytes: better.length } });
  });

  it('says so when the file is not there', async () => {
    await expect(add({}, { onnxFile: path.join(folder, 'nothing.onnx') })).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('removes it again', async () => {
    const { entry } = await add();
    expect(await removeModel(modelsDir, entry)).toBe(true);
    expect(readdirSync(modelsDir)).toEqual([]);
    expect(await removeModel(modelsDir, entry)).toBe(false);
  });

  const disk = smallDisk(4096);
  afterAll(() => {
    disk?.remove();
  });
  (disk === null ? it.skip : it)('says so when the disk is full, and leaves nothing (needs to mount)', async () => {
    const full = path.join(disk?.folder ?? '', 'models');
    await expect(add({}, { modelsDir: full })).rejects.toThrow(/tiny.onnx cannot be written to .*: the disk is full/);
    expect(readdirSync(full)).toEqual([]);
  });
});
