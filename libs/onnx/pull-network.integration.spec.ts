import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { smallDisk } from '#testing/full-disk.js';
import { zipOf } from '#testing/zip.js';
import type { ModelEntry } from './manifest.js';
import type { PullOptions } from './pull-options.js';
import { ensureModel } from './pull.js';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const digest = (bytes: Uint8Array) => ({ bytes: bytes.byteLength, sha256: sha256(bytes) });
const unknown = { bytes: null, sha256: null };

/** Bytes that do not compress: a model as far as pulling is concerned. */
function weights(seed: number, length = 100_000): Buffer {
  let state = seed;
  return Buffer.from(
    Array.from({ length }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    }),
  );
}
const model = weights(1);
const changed = weights(2);

describe('pulling over the network', () => {
  /** What the server has, by path; a function decides itself. */
  const files = new Map<string, Buffer | ((from: number, response: http.ServerResponse) => void)>();
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
    asked.push(`${request.url ?? ''} ${from}`);
    const file = files.get(request.url ?? '');
    if (file === undefined) response.writeHead(404).end();
    else if (typeof file === 'function') file(from, response);
    else response.writeHead(from > 0 ? 206 : 200, { etag: `"${sha256(file)}"` }).end(file.subarray(from));
  });
  let folder = '';

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-pull-'));
    files.clear();
    asked.length = 0;
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const url = (place: string): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}${place}`;

  function entry(source: Partial<ModelEntry['source']>, known: Partial<ModelEntry['installed']>): ModelEntry {
    const installed = { file: 'tiny.onnx', ...unknown, ...known };
    const { bytes, sha256: sum } = installed;
    return {
      id: 'tiny',
      title: 'Tiny',
      task: 'person-pose',
      obligations: null,
      licence: 'Apache-2.0',
      origin: 'a test',
      source: {
        files: [{ name: 'tiny-1.onnx', bytes, sha256: sum, urls: [], member: 'end2end.onnx' }],
        npm: null,
        zip: null,
        ...source,
      },
      converter: null,
      installed,
      input: {
        name: 'input',
        type: 'float32',
        layout: 'NCHW',
        colour: 'RGB',
        size: { kind: 'fixed', widthPx: 192, heightPx: 256 },
        batch: 'any',
        mean: [0, 0, 0],
        std: [1, 1, 1],
        pad: 0,
      },
      outputs: {},
      decoder: 'heatmap',
      skeleton: 'coco17',
    };
  }
  const single = (known: Partial<ModelEntry['installed']> = digest(model)): ModelEntry => {
    const {
      files: [file],
      ...source
    } = entry({}, known).source;
    return entry({ ...source, files: [{ ...file, urls: [url('/model')] }] }, known);
  };
  const zipped = (known: Partial<ModelEntry['installed']> = {}): ModelEntry =>
    entry({ zip: { name: 'tiny-1.zip', urls: [url('/zip')] } }, known);

  function options(wanted: ModelEntry, change: Partial<PullOptions> = {}): PullOptions {
    const modelsDir = path.join(folder, 'models');
    return {
      entry: wanted,
      modelsDir,
      downloadsDir: path.join(modelsDir, '.downloads'),
      from: null,
      environment: { no_proxy: '*' },
      packTarball: () => Promise.reject(new Error('no package is asked for')),
      onProgress: () => undefined,
      onBytes: () => undefined,
      signal: new AbortController().signal,
      ...change,
    };
  }
  const left = (run: PullOptions): string[] => readdirSync(run.modelsDir, { recursive: true }).map(String).sort();

  it('fetches a single file, and keeps nothing else', async () => {
    files.set('/model', model);
    const seen: number[] = [];
    const run = options(single(), { onBytes: ({ bytes }) => seen.push(bytes) });
    expect(await ensureModel(run)).toEqual({
      path: path.join(run.modelsDir, 'tiny.onnx'),
      sha256: sha256(model),
      pulled: true,
    });
    expect(left(run)).toEqual(['.downloads', 'tiny.onnx']);
    expect(seen.at(-1)).toBe(model.length);
  });

  it('goes on by itself when the connection breaks off', async () => {
    let breakOff = (): void => undefined;
    files.set('/model', (from, response) => {
      response.writeHead(from > 0 ? 206 : 200, { 'content-length': model.length - from });
      if (from > 0) response.end(model.subarray(from));
      else response.write(model.subarray(0, 60_000));
      breakOff = () => {
        if (from === 0) response.destroy();
      };
    });
    const run = options(single(), {
      onBytes: () => {
        breakOff();
      },
    });
    const installed = await ensureModel(run);
    expect(readFileSync(installed.path).equals(model)).toBe(true);
    expect(asked[0]).toBe('/model 0');
    expect(Number(asked[1].split(' ')[1])).toBeGreaterThan(0);
  });

  it('is done once where two ask for it at the same time', async () => {
    files.set('/zip', zipOf({ 'end2end.onnx': model }));
    const waits: string[] = [];
    const run = options(zipped(digest(model)), { onProgress: (line) => waits.push(line) });
    const both = await Promise.all([ensureModel(run), ensureModel(run)]);
    expect(both.map(({ pulled }) => pulled).sort()).toEqual([false, true]);
    expect(asked).toEqual(['/zip 0']);
    expect(waits).toContain('tiny: another process installs it; waiting for that');
    expect(left(run)).toEqual(['.downloads', 'tiny.onnx']);
  });

  it('takes no file with another digest, and says how to get the right one', async () => {
    files.set('/model', changed);
    const run = options(single());
    const attempt = ensureModel(run);
    await expect(attempt).rejects.toThrow(/is not the expected file/);
    await expect(attempt).rejects.toThrow(
      `Put tiny-1.onnx (100000 bytes, sha256 ${sha256(model)}) or tiny.onnx into a folder DIR and run "posewatch models pull tiny --from DIR"`,
    );
    expect(left(run)).toEqual(['.downloads']);
  });

  it('says how to get a model that has no address', async () => {
    const attempt = ensureModel(options(entry({}, digest(model))));
    await expect(attempt).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(attempt).rejects.toThrow(/tiny cannot be fetched\. It is from a test\. Put tiny-1.onnx /);
  });

  it('takes the model out of a zip archive, checks it, and throws the archive away', async () => {
    files.set('/zip', zipOf({ 'sdk/pipeline.json': Buffer.from('{}'), 'sdk/end2end.onnx': model }));
    const run = options(zipped(digest(model)));
    expect(await ensureModel(run)).toMatchObject({ sha256: sha256(model), pulled: true });
    expect(left(run)).toEqual(['.downloads', 'tiny.onnx']);
  });

  it.each([
    ['holds another model', zipOf({ 'end2end.onnx': changed }), /end2end.onnx of tiny-1.zip has sha256/],
    ['lacks it', zipOf({ 'readme.txt': model }), /tiny-1.zip has 0 files called end2end.onnx/],
    ['is none', Buffer.from('<html>'), /tiny-1.zip is not a whole zip archive/],
  ])('installs nothing from an archive that %s', async (_, archive, message) => {
    files.set('/zip', archive);
    const run = options(zipped(digest(model)));
    await expect(ensureModel(run)).rejects.toThrow(message);
    expect(left(run)).toEqual(['.downloads']);
  });

  describe('a model whose origin publishes no sha256', () => {
    const record = (run: PullOptions): string => path.join(run.modelsDir, 'tiny.digest.json');

    it('is recorded as it comes the first time', async () => {
      files.set('/zip', zipOf({ 'end2end.onnx': model }));
      const said: string[] = [];
      const run = options(zipped(), { onProgress: (line) => said.push(line) });
      expect(await ensureModel(run)).toMatchObject({ sha256: sha256(model), pulled: true });
      expect(JSON.parse(readFileSync(record(run), 'utf8'))).toEqual({ ...digest(model), from: url('/zip') });
      expect(said.join('\n')).toMatch(/publishes no sha256; [0-9a-f]{64} is recorded/);
    });

    it('is refused when it has changed since, however long it was removed', async () => {
      files.set('/zip', zipOf({ 'end2end.onnx': model }));
      const run = options(zipped());
      const { path: file } = await ensureModel(run);
      rmSync(file);
      files.set('/zip', zipOf({ 'end2end.onnx': changed }));
      const attempt = ensureModel(run);
      await expect(attempt).rejects.toMatchObject({ kind: 'data-loss' });
      await expect(attempt).rejects.toThrow(
        new RegExp(`${sha256(changed)} now, ${sha256(model)} then.*remove .*tiny.digest.json`),
      );
      expect(left(run)).toEqual(['.downloads', 'tiny.digest.json']);
      rmSync(record(run));
      expect(await ensureModel(run)).toMatchObject({ sha256: sha256(changed) });
    });

    it('is pulled again when its file was damaged', async () => {
      files.set('/zip', zipOf({ 'end2end.onnx': model }));
      const run = options(zipped());
      const { path: file } = await ensureModel(run);
      writeFileSync(file, changed);
      expect(await ensureModel(run)).toMatchObject({ sha256: sha256(model), pulled: true });
    });

    it('is not pulled while the record cannot be read', async () => {
      const run = options(zipped());
      mkdirSync(run.modelsDir);
      writeFileSync(record(run), 'cut o');
      await expect(ensureModel(run)).rejects.toThrow(
        /tiny.digest.json is damaged; remove it to trust the next download/,
      );
      expect(asked).toEqual([]);
    });

    it.each(['tiny-1.zip', 'tiny-1.onnx', 'tiny.onnx'])('is taken from a folder that has %s', async (name) => {
      const from = path.join(folder, 'from');
      mkdirSync(from);
      writeFileSync(path.join(from, name), name.endsWith('.zip') ? zipOf({ 'end2end.onnx': model }) : model);
      const run = options(zipped(), { from });
      expect(await ensureModel(run)).toMatchObject({ sha256: sha256(model), pulled: true });
      expect(existsSync(record(run))).toBe(true);
      expect(readdirSync(from)).toEqual([name]);
      expect(asked).toEqual([]);
    });
  });

  const disk = smallDisk(60_000);
  afterAll(() => {
    disk?.remove();
  });
  const itOnFullDisk = disk === null ? it.skip : it;

  itOnFullDisk.each([
    ['a file', () => single()],
    ['an archive', () => zipped(digest(model))],
  ])('says so when the disk is full, and leaves no half of %s (needs to mount)', async (_, wanted) => {
    files.set('/model', model);
    files.set('/zip', zipOf({ 'end2end.onnx': model }));
    const modelsDir = path.join(disk?.folder ?? '', 'models');
    const run = options(wanted(), { modelsDir, downloadsDir: path.join(modelsDir, '.downloads') });
    const attempt = ensureModel(run);
    await expect(attempt).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(attempt).rejects.toThrow(/cannot be written to .*: the disk is full\. Make room/);
    expect(left(run)).toEqual(['.downloads']);
  });
});
