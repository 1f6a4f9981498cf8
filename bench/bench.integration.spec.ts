import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { writeTinyPoseModel } from '#testing/tiny-pose-model.js';
import { benchDecode } from './decode.js';
import { benchInference } from './inference.js';
import { benchPipeline } from './pipeline.js';
import { benchSoak } from './soak.js';
import { benchTransport } from './transport.js';

const number = expect.any(Number) as number;
const comparison = { framesPerSec: number, bareFramesPerSec: number, ratio: number, ratioRange: [number, number] };

/** Tiny runs of everything that is measured: what is measured runs for real, only for a moment. */
describe('the benches', () => {
  let modelsDir = '';
  const base = { progress: () => undefined, signal: new AbortController().signal };
  const environment = (): Record<string, string | undefined> => ({
    PATH: '/usr/local/bin:/usr/bin:/bin',
    POSEWATCH_MODELS_DIR: modelsDir,
    POSEWATCH_ANALYSIS_AREA_PX: String(128 * 96),
    POSEWATCH_PROVIDERS: 'cpu',
    POSEWATCH_SESSIONS: '2',
  });

  beforeAll(() => {
    modelsDir = mkdtempSync(path.join(os.tmpdir(), 'posewatch-bench-models-'));
    writeTinyPoseModel(path.join(modelsDir, 'movenet-multipose.onnx'));
  });
  afterAll(() => {
    rmSync(modelsDir, { recursive: true });
  });

  it('decode: reads every frame of a clip, and the same clip into nothing', async () => {
    const result = await benchDecode({ ...base, input: null, frames: 130, rounds: 1, areaPx: 64 * 64 });
    expect(result).toMatchObject({ ...comparison, frames: 130, source: { widthPx: 1280, heightPx: 720 } });
    expect(result.bareFramesPerSec).toBeGreaterThan(0);
  }, 60_000);

  it('transport: carries frames through a Redis of its own', async () => {
    const frame = { widthPx: 32, heightPx: 32 };
    const result = await benchTransport({
      ...{ ...base, environment: environment(), frame, inFlight: 3, seconds: 0.1, rounds: 1 },
    });
    expect(result).toMatchObject({ ...comparison, frameBytes: 3072, inFlight: 3, overheadMsPerFrame: number });
    expect(result.framesPerSec).toBeGreaterThan(0);
    expect(result.heapBytesPerFrame).toBeGreaterThan(1000); // a message alone is more
  }, 60_000);

  it('inference: compares each provider that runs and each batch size, and finds the whole crowd', async () => {
    const result = await benchInference({
      ...{ ...base, environment: environment(), input: null, profile: 'fast', seconds: 0.1, rounds: 1 },
      ...{ batches: [1, 3], providers: ['no-such-provider', 'cpu'] },
    });
    const run = { ...comparison, provider: 'cpu', sessions: 2, cpuRatio: number, idleMsPerFrame: number };
    expect(result.runs).toMatchObject([
      { ...run, batch: 1 },
      { ...run, batch: 3 },
    ]);
    expect(result.runs.every(({ bareFramesPerSec }) => bareFramesPerSec > 0)).toBe(true);
    expect(result.unavailable).toMatchObject([{ provider: 'no-such-provider' }]);
    expect(result).toMatchObject({ models: ['movenet-multipose'], analysis: { widthPx: 128, heightPx: 96 } });
    expect(result.crowd.people).toBe(20);
    expect(result.crowd.threadGarbageBytesPerFrame).toBeGreaterThan(20 * 17 * 8); // the joints alone are more
  }, 60_000);

  it('pipeline: runs several files at once through all services', async () => {
    const result = await benchPipeline({
      ...{ ...base, environment: environment(), input: null, profile: 'fast' },
      ...{ cameras: 4, frames: 10, seconds: 0.1, rounds: 1 },
    });
    expect(result).toMatchObject({ ...comparison, cameras: 4, sessions: 2, provider: 'cpu', batch: 1 });
    expect(result.eventLoopP99Ms).toEqual({ ingest: number, inference: number, tracker: number });
    if (process.platform === 'linux') expect(result.cpuMsPerFrame).toMatchObject({ ffmpeg: number, tracker: number });
  }, 180_000);

  it('soak: sends every frame, and weighs each service', async () => {
    const result = await benchSoak({
      ...{ ...base, environment: environment(), input: null, frames: 40, cameras: 2, areaPx: 64 * 64 },
    });
    expect(result).toMatchObject({ frames: 40, warmUpFrames: 4 });
    expect(result.services.map(({ service }) => service).sort()).toEqual(['inference', 'ingest', 'tracker']);
    for (const { warmRssBytes, growth, rssBytesByTenth } of result.services) {
      expect(rssBytesByTenth).toHaveLength(10);
      expect(rssBytesByTenth.at(-1)).toBeGreaterThan(10e6);
      expect(warmRssBytes).toBeGreaterThan(10e6);
      expect(growth).not.toBeNaN();
    }
  }, 180_000);
});
