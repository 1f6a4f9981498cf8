import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { installedModel } from '#testing/installed-model.js';
import { itWithData } from '#testing/shared-data.js';
import { tinyHeatmapFacts, tinyHeatmapModel } from '#testing/tiny-heatmap-model.js';
import { outputLines } from '../test-run.js';
import { models } from './models.js';

const listed = z.object({
  models: z.array(
    z.object({
      id: z.string(),
      task: z.string(),
      licence: z.string(),
      obligations: z.string().nullable(),
      profiles: z.array(z.string()),
      own: z.boolean(),
      fetchable: z.boolean(),
      installed: z.boolean(),
      sha256: z.string().length(64).nullable(),
      state: z.string(),
    }),
  ),
});

describe('posewatch models', () => {
  let modelsDir = '';
  beforeEach(() => {
    modelsDir = mkdtempSync(path.join(os.tmpdir(), 'posewatch-models-'));
  });
  afterEach(() => {
    rmSync(modelsDir, { recursive: true });
  });

  const run = (...args: string[]) =>
    outputLines(models, args, { POSEWATCH_MODELS_DIR: modelsDir, POSEWATCH_PROVIDERS: 'cpu' });
  const rows = async (...args: string[]) => listed.parse(JSON.parse((await run(...args, '--json'))[0])).models;

  it('lists each model, with what other programs rely on', async () => {
    const [first, ...rest] = await rows('list');
    expect(first).toMatchObject({
      id: 'movenet-multipose',
      licence: 'Apache-2.0',
      profiles: ['fast'],
      installed: false,
      state: 'missing',
      fetchable: true,
    });
    expect(rest.find(({ id }) => id === 'rtmo-m')).toMatchObject({ sha256: null, profiles: [], own: false });
  });

  it('lists them for people, with what their licences ask', async () => {
    const text = (await run('list')).join('\n');
    expect(text).toMatch(/^movenet-multipose +- +19.0 +Apache-2.0 +fast +multi-person-pose$/m);
    expect(text).toMatch(/^rtmo-m +- +\? +Apache-2.0 \* +- +multi-person-pose$/m);
    expect(text).toMatch(/^\* osnet-x0-25: Trained on MSMT17/m);
    expect(text).toContain(`Models are in ${modelsDir}`);
  });

  it('verifies what is installed, and one that is asked for', async () => {
    expect(await rows('verify')).toEqual([]);
    await expect(run('verify', 'movenet-multipose')).rejects.toMatchObject({
      kind: 'data-loss',
      message: expect.stringContaining('movenet-multipose (missing)') as string,
    });
    writeFileSync(path.join(modelsDir, 'movenet-multipose.onnx'), 'cut off');
    await expect(run('verify')).rejects.toThrow(/movenet-multipose \(damaged\)/);
  });

  it('pull says what is missing in the folder it was given', async () => {
    await expect(run('pull', '--from', modelsDir)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('pull names all that it could not get, and where to get it', async () => {
    const attempt = run('pull', 'osnet-x0-25');
    await expect(attempt).rejects.toThrow(/osnet-x0-25 cannot be fetched\. It is from torchreid.*--from DIR/);
    await expect(run('pull', 'accurate', '--from', modelsDir)).rejects.toThrow(
      /\n {2}rtmdet_nano_person.onnx is missing in .*\n {2}pp_tinypose_256x192.onnx is missing in /,
    );
  });

  itWithData(
    'pulls the models of a profile from a folder, and removes one',
    ['models/rtmdet_nano_person.onnx', 'models/pp_tinypose_256x192.onnx', 'models/pp_tinypose_128x96.onnx'],
    async (file) => {
      const pulled = await rows('pull', 'accurate', '--from', path.dirname(file));
      expect(pulled.map(({ id, installed }) => [id, installed])).toEqual([
        ['rtmdet-nano-person', true],
        ['pp-tinypose-256', true],
        ['pp-tinypose-128', true],
      ]);
      expect(await rows('verify')).toHaveLength(3);
      expect(await run('remove', 'pp-tinypose-128')).toEqual([`pp-tinypose-128 is removed from ${modelsDir}`]);
      expect(await rows('verify')).toHaveLength(2);
      await expect(run('remove', 'pp-tinypose-128')).rejects.toMatchObject({ kind: 'not-found' });
    },
  );

  describe('add', () => {
    let given = '';
    beforeEach(() => {
      given = mkdtempSync(path.join(os.tmpdir(), 'posewatch-own-'));
      writeFileSync(path.join(given, 'model.onnx'), tinyHeatmapModel());
      writeFileSync(path.join(given, 'model.json'), JSON.stringify(tinyHeatmapFacts));
    });
    afterEach(() => {
      rmSync(given, { recursive: true });
    });
    const add = (...args: string[]) =>
      run('add', path.join(given, 'model.onnx'), '--manifest', path.join(given, 'model.json'), ...args);

    it('tries a model, lists it, and forgets it when it is removed', async () => {
      const [line] = await add('--json');
      expect(listed.parse(JSON.parse(line)).models).toMatchObject([{ id: 'tiny', own: true, installed: true }]);
      expect(JSON.parse(line)).toMatchObject({ trial: { provider: 'cpu', widthPx: 48, heightPx: 64 } });
      expect((await rows('list')).at(-1)).toMatchObject({ id: 'tiny', own: true, state: 'right' });
      await run('remove', 'tiny');
      expect((await rows('list')).some(({ id }) => id === 'tiny')).toBe(false);
      expect(readdirSync(modelsDir)).toEqual([]);
    });

    it('says which model does not work, and adds nothing', async () => {
      writeFileSync(path.join(given, 'model.onnx'), 'hello');
      await expect(add()).rejects.toMatchObject({ kind: 'data-loss', details: { reason: 'corrupt' } });
      expect(await rows('verify')).toEqual([]);
    });

    it('says which description cannot be read', async () => {
      const attempt = run('add', path.join(given, 'model.onnx'), '--manifest', path.join(given, 'nothing.json'));
      await expect(attempt).rejects.toThrow(/nothing.json cannot be read/);
    });

    it('lists the rest where a description is broken, and verify names it', async () => {
      writeFileSync(path.join(modelsDir, 'x.model.json'), '{');
      expect((await rows('list')).length).toBeGreaterThan(5);
      await expect(run('verify')).rejects.toThrow(/x.model.json is not JSON/);
    });
  });

  it.each([
    [['polish']],
    [[]],
    [['list', 'nothing']],
    [['pull', '--nothing']],
    [['pull', 'nothing']],
    [['remove']],
    [['add', 'a.onnx']],
  ])('refuses wrong usage: %j', async (args) => {
    await expect(run(...args)).rejects.toMatchObject({ kind: 'invalid-input' });
  });

  const file = installedModel('movenet-multipose');
  (file === null ? it.skip : it)(
    'pull takes an installed model from another folder (needs the default model)',
    async () => {
      const from = path.dirname(file ?? '');
      expect((await rows('pull', '--from', from)).map(({ id, installed }) => [id, installed])).toEqual([
        ['movenet-multipose', true],
      ]);
      expect(readFileSync(path.join(modelsDir, 'movenet-multipose.onnx')).equals(readFileSync(file ?? ''))).toBe(true);
      expect(await rows('verify')).toHaveLength(1);
    },
  );
});
