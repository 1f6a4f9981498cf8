import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { create } from 'tar';
import { AppError } from '#base/errors.js';
import { tinyTfjs } from '#testing/tiny-tfjs-model.js';
import { readTfjsGraph } from './convert/tfjs-graph.js';
import { tfjsToOnnx } from './convert/tfjs-to-onnx.js';
import type { ModelEntry } from './manifest.js';
import type { PullOptions } from './pull-options.js';
import { ensureModel } from './pull.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const digest = (bytes: Uint8Array) => ({ bytes: bytes.byteLength, sha256: sha256(bytes) });

const nodes = [
  { name: 'input', op: 'Placeholder' },
  { name: 'float', op: 'Cast', input: ['input'] },
  { name: 'end', op: 'Mul', input: ['float', 'scale'] },
];
const files = tinyTfjs(nodes, [{ name: 'scale', shape: [], values: [0.5] }]);
const outputs = { end: { node: 'end', channels: 3 } };
const onnx = tfjsToOnnx(readTfjsGraph(files.json, files.bin), { name: 'tiny', input: 'input', outputs });

function entry(integrity: string): ModelEntry {
  return {
    id: 'tiny',
    title: 'Tiny',
    task: 'multi-person-pose',
    obligations: null,
    licence: 'Apache-2.0',
    origin: 'made by a test',
    source: {
      files: [
        { name: 'tiny.json', ...digest(files.json), urls: [], member: 'package/models/tiny.json' },
        { name: 'tiny.bin', ...digest(files.bin), urls: [], member: 'package/models/tiny.bin' },
      ],
      npm: { spec: 'tiny-models@1.0.0', integrity, bytes: 1000 },
      zip: null,
    },
    converter: { kind: 'tfjs-graph-model', topology: 'tiny.json', weights: 'tiny.bin', input: 'input', outputs },
    installed: { file: 'tiny.onnx', ...digest(onnx) },
    input: {
      name: 'image',
      type: 'uint8',
      layout: 'NHWC',
      colour: 'RGB',
      size: { kind: 'any', stridePx: 32 },
      batch: 'any',
      mean: [0, 0, 0],
      std: [1, 1, 1],
      pad: 0,
    },
    outputs: {},
    decoder: 'movenet-heads',
    skeleton: 'coco17',
  };
}

describe('ensureModel', () => {
  let root = '';
  let tarball = '';
  let right: ModelEntry;
  const packed: string[] = [];

  beforeAll(async () => {
    root = mkdtempSync(path.join(os.tmpdir(), 'posewatch-pull-'));
    const content = path.join(root, 'content', 'package', 'models');
    mkdirSync(content, { recursive: true });
    writeFileSync(path.join(content, 'tiny.json'), files.json);
    writeFileSync(path.join(content, 'tiny.bin'), files.bin);
    writeFileSync(path.join(content, 'other.bin'), Buffer.alloc(100_000));
    tarball = path.join(root, 'tiny.tgz');
    await create({ file: tarball, cwd: path.join(root, 'content'), gzip: true }, ['package']);
    right = entry(`sha512-${createHash('sha512').update(readFileSync(tarball)).digest('base64')}`);
  });
  afterAll(() => {
    rmSync(root, { recursive: true });
  });

  /** Options with fresh folders; the package comes from the tarball of this test. */
  function options(change: Partial<PullOptions> = {}): PullOptions {
    const folder = mkdtempSync(path.join(root, 'run-'));
    packed.length = 0;
    return {
      entry: right,
      modelsDir: path.join(folder, 'models'),
      downloadsDir: path.join(folder, 'downloads'),
      from: null,
      environment: { no_proxy: '*' },
      packTarball: (spec, to) => {
        packed.push(spec);
        const copy = path.join(to, 'tiny.tgz');
        writeFileSync(copy, readFileSync(tarball));
        return Promise.resolve(copy);
      },
      onProgress: () => undefined,
      onBytes: () => undefined,
      signal: new AbortController().signal,
      ...change,
    };
  }

  it('leaves the source files where they were put when asked to', async () => {
    const run = options({ keepSources: true });
    await ensureModel(run);
    expect(readdirSync(run.downloadsDir).sort()).toEqual(['tiny.bin', 'tiny.json']);
  });

  it('takes the files out of the package, converts them and keeps nothing else', async () => {
    const run = options();
    const installed = await ensureModel(run);
    expect(installed).toEqual({ path: path.join(run.modelsDir, 'tiny.onnx'), sha256: sha256(onnx), pulled: true });
    expect(readFileSync(installed.path).equals(onnx)).toBe(true);
    expect(packed).toEqual(['tiny-models@1.0.0']);
    expect([...readdirSync(run.modelsDir), ...readdirSync(run.downloadsDir)]).toEqual(['tiny.onnx']);
  });

  it('does nothing when the model is there, and makes it again when it is damaged', async () => {
    const run = options();
    const { path: file } = await ensureModel(run);
    packed.length = 0;
    expect(await ensureModel(run)).toMatchObject({ pulled: false });
    expect(packed).toEqual([]);
    const bytes = readFileSync(file);
    bytes[100] ^= 1;
    writeFileSync(file, bytes);
    expect(await ensureModel(run)).toMatchObject({ pulled: true });
    expect(readFileSync(file).equals(onnx)).toBe(true);
  });

  it('refuses a package with another integrity and installs nothing', async () => {
    const run = options({ entry: entry('sha512-AAAA') });
    await expect(ensureModel(run)).rejects.toMatchObject({ kind: 'data-loss' });
    expect([...readdirSync(run.modelsDir), ...readdirSync(run.downloadsDir)]).toEqual([]);
  });

  it('refuses a package whose files have other digests', async () => {
    const [json, bin] = right.source.files;
    const other = { ...bin, sha256: '0'.repeat(64) };
    const run = options({ entry: { ...right, source: { ...right.source, files: [json, other] } } });
    await expect(ensureModel(run)).rejects.toThrow(/tiny.bin of tiny-models@1.0.0 does not have sha256 000/);
  });

  it('refuses to install what the converter did not write the same', async () => {
    const run = options({ entry: { ...right, installed: { ...right.installed, sha256: '0'.repeat(64) } } });
    await expect(ensureModel(run)).rejects.toMatchObject({ kind: 'internal' });
    expect(readdirSync(run.modelsDir)).toEqual([]);
  });

  it('passes on why the package cannot be had', async () => {
    const packTarball = () => Promise.reject(new AppError('unavailable', 'no network'));
    await expect(ensureModel(options({ packTarball }))).rejects.toThrow('no network');
  });

  it.each([
    ['the finished model', { 'tiny.onnx': onnx }],
    ['the source files', { 'tiny.json': files.json, 'tiny.bin': files.bin }],
  ])('takes %s from a folder, without the network', async (_, given) => {
    const from = mkdtempSync(path.join(root, 'from-'));
    for (const [name, bytes] of Object.entries(given)) writeFileSync(path.join(from, name), bytes);
    const installed = await ensureModel(options({ from }));
    expect(readFileSync(installed.path).equals(onnx)).toBe(true);
    expect(packed).toEqual([]);
    expect(readdirSync(from).sort()).toEqual(Object.keys(given).sort());
  });

  it.each([
    [
      'lacks a file',
      { 'tiny.json': files.json },
      /tiny.bin is missing in .* Needed: tiny.onnx or tiny.json and tiny.bin/,
    ],
    [
      'holds another file of that name',
      { 'tiny.json': files.json, 'tiny.bin': Buffer.alloc(4) },
      /tiny.bin is not the right file/,
    ],
  ])('says so when the folder %s', async (_, given, message) => {
    const from = mkdtempSync(path.join(root, 'from-'));
    for (const [name, bytes] of Object.entries(given)) writeFileSync(path.join(from, name), bytes);
    await expect(ensureModel(options({ from }))).rejects.toThrow(message);
  });
});
