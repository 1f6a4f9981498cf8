import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { modelById } from './manifest.js';
import { openRegistry, parseOwnModel } from './registry.js';

const builtIn = 'models/manifest.json';

const own = {
  id: 'mine',
  title: 'My own model',
  task: 'person-pose',
  licence: 'MIT',
  input: {
    name: 'image',
    type: 'float32',
    layout: 'NCHW',
    colour: 'RGB',
    size: { kind: 'fixed', widthPx: 192, heightPx: 256 },
  },
  outputs: { heatmaps: 'output' },
  decoder: 'heatmap',
  skeleton: 'coco17',
};

describe('the model registry', () => {
  let modelsDir = '';
  beforeEach(() => {
    modelsDir = mkdtempSync(path.join(os.tmpdir(), 'posewatch-registry-'));
  });
  afterEach(() => {
    rmSync(modelsDir, { recursive: true });
  });
  const put = (file: string, text: string) => {
    writeFileSync(path.join(modelsDir, file), text);
  };

  it('is the manifest of the product where nobody added a model, and where there is no models folder yet', async () => {
    const { models, ownIds, problems } = await openRegistry(path.join(modelsDir, 'nothing'), builtIn);
    expect(models[0].id).toBe('movenet-multipose');
    expect([...ownIds]).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('has own models after those of the product, in the same form', async () => {
    put('mine.model.json', JSON.stringify(own));
    const registry = await openRegistry(modelsDir, builtIn);
    expect([...registry.ownIds]).toEqual(['mine']);
    expect(registry.models.at(-1)).toMatchObject({
      ...own,
      installed: { file: 'mine.onnx', bytes: null, sha256: null },
      obligations: null,
      converter: null,
      input: { batch: 'any', mean: [0, 0, 0], std: [1, 1, 1], pad: 0 },
    });
    expect(modelById(registry, 'mine').title).toBe('My own model');
  });

  it.each([
    ['is not JSON', 'mine', '{', /mine.model.json is not JSON/],
    ['is named for another model', 'other', JSON.stringify(own), /"mine" in a file that is named for "other"/],
    [
      'takes the id of a model of the product',
      'movenet-multipose',
      JSON.stringify({ ...own, id: 'movenet-multipose' }),
      /"movenet-multipose" is a model of Posewatch itself/,
    ],
  ])('names a file that %s, and goes on with the other models', async (_, id, text, problem) => {
    put(`${id}.model.json`, text);
    put('z.model.json', JSON.stringify({ ...own, id: 'z' }));
    const registry = await openRegistry(modelsDir, builtIn);
    expect(registry.problems).toEqual([
      { file: path.join(modelsDir, `${id}.model.json`), problem: expect.stringMatching(problem) as string },
    ]);
    expect([...registry.ownIds]).toEqual(['z']);
  });

  it('has profiles of what is installed', async () => {
    put('yolox-s.onnx', '');
    const { profiles } = await openRegistry(modelsDir, builtIn);
    expect(profiles.accurate.detector).toBe('yolox-s');
    expect(profiles.fast.pose).toBe('movenet-multipose');
  });

  it('takes the digest that the origin does not publish from the first pull', async () => {
    const digest = { bytes: 12, sha256: 'a'.repeat(64) };
    const [first, ...rest] = (await openRegistry(modelsDir, builtIn)).models;
    const manifest = path.join(modelsDir, 'manifest.json');
    const unknown = { ...first, installed: { file: first.installed.file } };
    writeFileSync(manifest, JSON.stringify({ version: 1, models: [unknown, ...rest], profiles: profiles() }));
    expect((await openRegistry(modelsDir, manifest)).models[0].installed.sha256).toBeNull();
    put(`${first.id}.digest.json`, JSON.stringify({ ...digest, from: 'https://example.org/a.zip' }));
    expect((await openRegistry(modelsDir, manifest)).models[0].installed).toEqual({
      file: first.installed.file,
      ...digest,
    });
  });
});

const profiles = () => ({ fast: { pose: 'a' }, accurate: { pose: 'a' }, pose3d: { pose: 'a' } });

describe('the description of an own model', () => {
  it.each([
    [{ decoder: 'magic' }, 'decoder: "magic"; it is one of movenet-heads, heatmap, simcc, rtmo, yolo-pose, '],
    [{ decoder: undefined }, 'decoder: missing; it is one of movenet-heads'],
    [{ task: 'poses' }, 'task: "poses"; it is one of multi-person-pose, person-detection, person-pose'],
    [{ id: 'My Model' }, 'id: "My Model" is not an id: up to 64 of a-z, 0-9 and -'],
    [{ colour: 'RGB' }, 'there is no field "colour"'],
    [{ input: { ...own.input, layout: 'CHWN' } }, 'input.layout: "CHWN"; it is one of NHWC, NCHW'],
    [{ input: { ...own.input, size: { kind: 'free' } } }, 'input.size.kind: "free"; it is one of any, fixed'],
    [{ input: { ...own.input, mean: ['a', 0, 0] } }, 'input.mean.0: "a"; a value of type number is needed'],
    [{ sha256: 'abc' }, 'sha256: "abc" is not a sha256'],
    [{ licence: '' }, 'licence: ""; Too small'],
    [{ task: 'person-detection' }, 'task: "person-detection"; decoder heatmap is for person-pose'],
    [{ skeleton: undefined }, 'skeleton: missing; with decoder heatmap it is one of coco17, posetrack15'],
    [{ skeleton: 'blazepose33' }, 'skeleton: "blazepose33"; with decoder heatmap it is one of coco17'],
    [
      { task: 'person-detection', decoder: 'yolox', outputs: { predictions: 'output' } },
      'skeleton: "coco17"; decoder yolox gives no joints, so leave it out',
    ],
    [
      { decoder: 'simcc', outputs: { x: 'simcc_x' } },
      'outputs.y: missing; decoder simcc reads [N, J, at least height] there',
    ],
    [{ outputs: { heatmaps: 'a', boxes: 'b' } }, 'outputs.boxes: decoder heatmap reads heatmaps'],
    [{ input: { ...own.input, std: [1, 0, 1] } }, 'input.std: [1, 0, 1]; none of them is 0'],
    [
      { input: { ...own.input, type: 'uint8', mean: [1, 1, 1] } },
      'input.mean, input.std: a uint8 input is given pixels as they are',
    ],
  ])('with %j is refused: %s', (change, message) => {
    const read = () => parseOwnModel(JSON.stringify({ ...own, ...change }), 'mine.json');
    expect(read).toThrow('mine.json has 1 problem(s)');
    expect(read).toThrow(message);
  });

  it('is right as the documentation shows it', () => {
    const [, example = ''] = /```json\n(.*?)```/s.exec(readFileSync('docs/operations.md', 'utf8')) ?? [];
    expect(parseOwnModel(example, 'docs/operations.md')).toMatchObject({ decoder: 'simcc', skeleton: 'coco17' });
  });

  it('has all its problems named at once', () => {
    const text = JSON.stringify({ ...own, task: 'x', decoder: 'y' });
    expect(() => parseOwnModel(text, 'mine.json')).toThrow(/2 problem\(s\):\n {2}task: .*\n {2}decoder: /);
  });
});
