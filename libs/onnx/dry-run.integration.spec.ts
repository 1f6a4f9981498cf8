import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { itWithData } from '#testing/shared-data.js';
import { endlessModel, greedyModel } from '#testing/hostile-models.js';
import { tinyHeatmapFacts, tinyHeatmapModel, type TinyHeatmapOptions } from '#testing/tiny-heatmap-model.js';
import { writeTinyPoseModel } from '#testing/tiny-pose-model.js';
import { dryRun, type DryRunOptions, type DryRunResult } from './dry-run.js';
import type { ModelFacts } from './fact-problems.js';
import { modelById, readManifest } from './manifest.js';

const workerUrl = pathToFileURL(path.resolve('dist/libs/onnx/dry-run-worker.js'));
const facts: ModelFacts = tinyHeatmapFacts;
const input = (change: Partial<ModelFacts['input']>): ModelFacts => ({
  ...facts,
  input: { ...facts.input, ...change },
});

describe('dryRun', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-dry-run-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function tryBytes(bytes: Uint8Array, said: ModelFacts = facts, change: Partial<DryRunOptions> = {}) {
    const modelFile = path.join(folder, 'model.onnx');
    writeFileSync(modelFile, bytes);
    return dryRun({ modelFile, facts: said, workerUrl, providers: ['cpu'], ...change });
  }

  it('passes a model that is what is said of it, and measures it', async () => {
    const result: DryRunResult = await tryBytes(tinyHeatmapModel());
    expect(result).toMatchObject({ provider: 'cpu', widthPx: 48, heightPx: 64 });
    expect(result.inferenceMs).toBeGreaterThan(0);
    expect(result.memoryBytes).toBeGreaterThanOrEqual(0);
  });

  it('passes a model of any size', async () => {
    const modelFile = path.join(folder, 'movenet.onnx');
    writeTinyPoseModel(modelFile);
    const movenet = modelById(await readManifest('models/manifest.json'), 'movenet-multipose');
    expect(await dryRun({ modelFile, facts: movenet, workerUrl, providers: ['cpu'] })).toMatchObject({ widthPx: 256 });
  });

  it('passes a model that one of the providers runs', async () => {
    expect(await tryBytes(tinyHeatmapModel(), facts, { providers: ['nothing', 'cpu'] })).toMatchObject({
      provider: 'cpu',
    });
  });

  const whole = tinyHeatmapModel();
  it.each<[string, string, Uint8Array, ModelFacts, RegExp]>([
    ['is cut off', 'corrupt', whole.subarray(0, whole.length / 2), facts, /cpu: /],
    [
      'is something else',
      'corrupt',
      Buffer.from('<html>Not found</html>'),
      facts,
      /damaged, or no ONNX model \(cpu: Protobuf parsing failed\.\)/,
    ],
    ['is empty', 'corrupt', Buffer.alloc(0), facts, /damaged, or no ONNX model \(cpu: [^/]*\)$/],
    [
      'has an operator that nobody knows',
      'operator',
      tinyHeatmapModel({ last: 'Dream' }),
      facts,
      /needs an operator that is not there \(cpu: .*Dream/,
    ],
    ['gives NaN', 'not-finite', tinyHeatmapModel({ last: 'Sqrt' }), facts, /output "maps" .* holds NaN/],
    [
      'has too few joints',
      'shape',
      tinyHeatmapModel({ joints: 14 }),
      facts,
      /"maps" \(heatmaps of decoder heatmap\) is \[1, 14, 16, 12\]; it should be \[N, J, rows, columns\] with N = 1, J = 17/,
    ],
    [
      'has another input',
      'input',
      whole,
      input({ name: 'picture' }),
      /input "picture" is not in the graph; its inputs are image/,
    ],
    [
      'has an input of another type',
      'input',
      tinyHeatmapModel({ inputType: 'uint8' }),
      facts,
      /is uint8 in the graph, not float32/,
    ],
    [
      'has an input of another size',
      'shape',
      tinyHeatmapModel({ widthPx: 64 }),
      facts,
      /is \[n, 3, 64, 64\] in the graph; NCHW needs \[N, 3, 64, 48\]/,
    ],
    ['has its channels elsewhere', 'shape', whole, input({ layout: 'NHWC' }), /NHWC needs \[N, 64, 48, 3\]/],
    [
      'takes one picture at once',
      'shape',
      tinyHeatmapModel({ batch: 1 }),
      facts,
      /takes 1 picture\(s\) at once; say "batch": "one"/,
    ],
    [
      'is of one size where any is said',
      'shape',
      whole,
      input({ size: { kind: 'any', stridePx: 32 } }),
      /is \[n, 3, 64, 48\] in the graph/,
    ],
    [
      'has another output',
      'output',
      whole,
      { ...facts, outputs: { heatmaps: 'heat' } },
      /output "heat" \(heatmaps of decoder heatmap\) is not in the graph; its outputs are maps/,
    ],
  ])('refuses a model that %s: %s', async (_, reason, bytes, said, message) => {
    const attempt = tryBytes(bytes, said);
    await expect(attempt).rejects.toMatchObject({ kind: 'invalid-input', details: { reason } });
    await expect(attempt).rejects.toThrow(message);
  });

  it.each<[string, TinyHeatmapOptions, ModelFacts]>([
    ['one picture at once', { batch: 1 }, input({ batch: 'one' })],
    ['uint8 pixels', { inputType: 'uint8' }, input({ type: 'uint8', std: [1, 1, 1] })],
    ['a width of its choice', { widthPx: 'w' }, facts],
  ])('passes a model with %s where that is said', async (_, options, said) => {
    expect(await tryBytes(tinyHeatmapModel(options), said)).toMatchObject({ provider: 'cpu' });
  });

  it('refuses a model where no provider is there', async () => {
    await expect(tryBytes(whole, facts, { providers: ['nothing'] })).rejects.toMatchObject({
      details: { reason: 'provider' },
    });
  });

  it('waits no longer than it is told to', async () => {
    const attempt = tryBytes(endlessModel(), facts, { timeoutMs: 3000 });
    await expect(attempt).rejects.toMatchObject({ kind: 'timeout', details: { reason: 'timeout' } });
  });

  it('stops when it is told to, even a model that never ends', async () => {
    const stopping = new AbortController();
    const attempt = tryBytes(endlessModel(), facts, { signal: stopping.signal });
    const refused = expect(attempt).rejects.toMatchObject({ kind: 'cancelled' });
    setTimeout(() => {
      stopping.abort();
    }, 500);
    await refused;
    const late = tryBytes(endlessModel(), facts, { signal: AbortSignal.abort() });
    await expect(late).rejects.toMatchObject({ kind: 'cancelled' });
  });

  it('gives a model no more memory than it is told to', async () => {
    const attempt = tryBytes(greedyModel(2n ** 32n), facts, { maxMemoryBytes: 2 ** 30 });
    await expect(attempt).rejects.toMatchObject({ kind: 'invalid-input', details: { reason: 'memory' } });
    await expect(attempt).rejects.toThrow(
      /takes more memory than a trial may \(cpu: .*: Failed to allocate memory for requested buffer of size 4294967296\)$/,
    );
    await expect(tryBytes(greedyModel(2n ** 60n))).rejects.toMatchObject({ details: { reason: 'memory' } });
  });

  it.each([
    ['fails', 'throw new Error("broken trial")', /ended with code 1: Error: broken trial/],
    ['ends without a word', '', /ended with code 0/],
    ['crashes', 'process.abort()', /ended with SIGABRT/],
    ['is killed', 'process.kill(process.pid, "SIGSEGV")', /ended with SIGSEGV/],
  ])('refuses a model whose process %s', async (_, code, message) => {
    const file = path.join(folder, `${message.source.length}.mjs`);
    writeFileSync(file, code);
    const attempt = tryBytes(whole, facts, { workerUrl: pathToFileURL(file) });
    await expect(attempt).rejects.toMatchObject({ kind: 'invalid-input', details: { reason: 'crash' } });
    await expect(attempt).rejects.toThrow(message);
  });

  for (const [id, file] of [
    ['rtmdet-nano-person', 'rtmdet_nano_person.onnx'],
    ['pp-tinypose-256', 'pp_tinypose_256x192.onnx'],
    ['pp-tinypose-128', 'pp_tinypose_128x96.onnx'],
    ['blazepose-landmark-lite', 'blazepose_landmark_lite.onnx'],
    ['osnet-x0-25', 'osnet_x0_25_msmt17.onnx'],
  ])
    itWithData(`finds ${id} to be what the manifest says`, [`models/${file}`], async (modelFile) => {
      const entry = modelById(await readManifest('models/manifest.json'), id);
      expect(await dryRun({ modelFile, facts: entry, workerUrl, providers: ['cpu'] })).toMatchObject({
        provider: 'cpu',
      });
    });
});
