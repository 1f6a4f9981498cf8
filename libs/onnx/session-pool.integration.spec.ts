import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { waitUntil } from '#testing/servers.js';
import { picture, tinyPlan, TINY_BOX_PX, writeTinyPoseModel } from '#testing/tiny-pose-model.js';
import type { PipelinePlan } from './pipelines/plan.js';
import { openSessionPool, type PoolOptions, type SessionPool } from './session-pool.js';

const analysis = { widthPx: 128, heightPx: 96 };
const source = { widthPx: 256, heightPx: 192 };
const builtWorker = path.resolve('dist/libs/onnx/worker.js');

describe('openSessionPool', () => {
  let folder = '';
  let plan: PipelinePlan;
  const pools: SessionPool[] = [];
  const lines: string[] = [];

  beforeAll(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-pool-'));
    const file = path.join(folder, 'tiny.onnx');
    writeTinyPoseModel(file);
    plan = tinyPlan(file);
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
    lines.length = 0;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  async function open(change: Partial<PoolOptions> = {}): Promise<SessionPool> {
    const note = (fields: object, text: string): void => {
      lines.push(`${text} ${JSON.stringify(fields)}`);
    };
    const pool = await openSessionPool({
      workerUrl: pathToFileURL(builtWorker),
      first: plan,
      providers: ['cpu'],
      sessions: 1,
      cores: 2,
      log: { info: note, error: note },
      ...change,
    });
    pools.push(pool);
    return pool;
  }

  const cudaPart = 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so';
  const itWithoutCuda = existsSync(cudaPart)
    ? (name: string): void => {
        it.skip(`${name} (the CUDA part is installed)`, () => undefined);
      }
    : it;

  itWithoutCuda('goes on with the next provider where one is not there, and says what that one needs', async () => {
    const pool = await open({ providers: ['cuda', 'cpu'] });
    expect(pool.provider).toBe('cpu');
    expect(pool.notUsed).toEqual([
      { provider: 'cuda', problem: expect.stringMatching(/^not available here: it needs an NVIDIA driver/) as unknown },
    ]);
    expect(lines.join()).toMatch(/inference session ready .*not available here: it needs an NVIDIA driver/);
    await expect(pool.estimate([{ pixels: picture(analysis, []), analysis, source }], plan)).resolves.toMatchObject({
      provider: 'cpu',
    });
  });

  itWithoutCuda('does not start on another provider than those that are named', async () => {
    const attempt = open({ providers: ['cuda'] });
    await expect(attempt).rejects.toMatchObject({ kind: 'unavailable' });
    await expect(attempt).rejects.toThrow(
      /No execution provider runs .*cuda: not available here: .*docs\/operations.md/,
    );
  });

  /** A worker that ends, once or always, when the first byte of a batch is 66, and is the real one otherwise. */
  function fragileWorker(name: string, when: 'once' | 'always'): URL {
    const file = path.join(folder, `${name}.mjs`);
    const marker = JSON.stringify(path.join(folder, `${name}.died`));
    writeFileSync(
      file,
      `import { existsSync, writeFileSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
parentPort.on('message', ({ kind, buffer }) => {
  if (kind !== 'run' || new Uint8Array(buffer)[0] !== 66 || (${String(when === 'once')} && existsSync(${marker}))) return;
  writeFileSync(${marker}, '');
  process.exit(3);
});
await import(${JSON.stringify(pathToFileURL(builtWorker).href)});
`,
    );
    return pathToFileURL(file);
  }

  const poisoned = (): Buffer => {
    const pixels = picture(analysis, [[10, 10]]);
    pixels[0] = 66;
    return pixels;
  };

  it('finds the people of each frame of a batch in source pixels, best first', async () => {
    const pool = await open();
    const frames = [
      [],
      [[10, 12]],
      [
        [3, 4],
        [20, 8],
      ],
    ].map((cells) => ({
      pixels: picture(analysis, cells as [number, number][]),
      analysis,
      source,
    }));
    const { people, provider, inferenceMs } = await pool.estimate(frames, plan);
    expect(people.map((poses) => poses.map(({ keypoints }) => keypoints.slice(0, 2)))).toEqual([
      [],
      [[84, 100]],
      [
        [28, 36],
        [164, 68],
      ],
    ]);
    const [[, , ...joints]] = [people[1][0].keypoints];
    expect(joints).toHaveLength(49);
    const { widthPx, heightPx } = TINY_BOX_PX;
    expect(people[1][0].box).toEqual([84 - widthPx, 100 - heightPx, 84 + widthPx, 100 + heightPx]);
    expect(provider).toBe('cpu');
    expect(inferenceMs).toBeGreaterThan(0);
  });

  it('takes frames of any size that fits, one after another', async () => {
    const pool = await open();
    for (const size of [
      { widthPx: 32, heightPx: 32 },
      { widthPx: 320, heightPx: 64 },
    ]) {
      const { people } = await pool.estimate([{ pixels: picture(size, [[4, 4]]), analysis: size, source: size }], plan);
      expect(people[0][0].keypoints.slice(0, 2)).toEqual([18, 18]);
    }
  });

  it('tries each provider alone, runs the first that works and says why the others do not', async () => {
    const pool = await open({ providers: ['no-such-provider', 'cpu'] });
    expect(pool.provider).toBe('cpu');
    expect(lines[0]).toMatch(/inference session ready .*"provider":"cpu".*no-such-provider/);
  });

  it('refuses to open, with every reason, when no provider runs the model', async () => {
    await expect(open({ providers: ['no-such-provider'] })).rejects.toMatchObject({
      kind: 'unavailable',
      message: expect.stringContaining('no-such-provider') as string,
    });
    const broken = path.join(folder, 'broken.onnx');
    writeFileSync(broken, 'not a model');
    await expect(open({ first: tinyPlan(broken) })).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('names a model file that is missing', async () => {
    await expect(open({ first: tinyPlan('/nowhere/x.onnx') })).rejects.toThrow(/\/nowhere\/x.onnx is missing/);
  });

  it('opens up to one session per core on CPU, each when there is work for it, and counts those that are free', async () => {
    const pool = await open({ sessions: 0, cores: 3 });
    expect([pool.sessions, pool.idle()]).toEqual([3, 1]);
    const batch = () => pool.estimate([{ pixels: picture(analysis, []), analysis, source }], plan);
    const running = batch();
    expect(pool.idle()).toBe(0);
    await running;
    expect(pool.idle()).toBe(1);
    const opened = () => lines.filter((line) => line.startsWith('inference session ready')).length;
    await Promise.all(Array.from({ length: 9 }, batch));
    await waitUntil(() => {
      expect(opened()).toBe(3);
      return Promise.resolve();
    });
    await Promise.all(Array.from({ length: 9 }, batch));
    expect([opened(), pool.idle()]).toEqual([3, 3]);
  });

  it('refuses pixels of the wrong length and goes on', async () => {
    const pool = await open();
    await expect(pool.estimate([{ pixels: Buffer.alloc(5), analysis, source }], plan)).rejects.toThrow(
      /has 5 bytes, not 36864/,
    );
    expect(pool.idle()).toBe(1);
  });

  it('analyses a batch again when its thread dies, with a new thread', async () => {
    const pool = await open({ workerUrl: fragileWorker('once', 'once') });
    const { people } = await pool.estimate([{ pixels: poisoned(), analysis, source }], plan);
    expect(people[0]).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('inference session died'))).toHaveLength(1);
  });

  it('gives a batch up that ends two threads, and lives on for the others', async () => {
    const pool = await open({ workerUrl: fragileWorker('always', 'always'), sessions: 2 });
    const bad = pool.estimate([{ pixels: poisoned(), analysis, source }], plan);
    const good = Array.from({ length: 6 }, () =>
      pool.estimate([{ pixels: picture(analysis, [[8, 8]]), analysis, source }], plan),
    );
    await expect(bad).rejects.toMatchObject({ kind: 'internal' });
    for (const { people } of await Promise.all(good)) expect(people[0]).toHaveLength(1);
  });

  it('replaces a thread that takes too long', async () => {
    const pool = await open({ hangMs: 5 });
    const large = { widthPx: 2048, heightPx: 2048 };
    await expect(pool.estimate([{ pixels: picture(large, []), analysis: large, source: large }], plan)).rejects.toThrow(
      /took longer than 5 ms/,
    );
    expect(lines.filter((line) => line.startsWith('inference session died'))).toHaveLength(2);
  });

  it('finishes what runs and refuses what waits when it closes', async () => {
    const pool = await open();
    const frame = { pixels: picture(analysis, [[8, 8]]), analysis, source };
    const all = Promise.allSettled([1, 2, 3].map(() => pool.estimate([frame], plan)));
    await pool.close();
    const cancelled = { status: 'rejected', reason: { kind: 'cancelled' } };
    expect(await all).toMatchObject([{ status: 'fulfilled' }, cancelled, cancelled]);
    await expect(pool.estimate([frame], plan)).rejects.toMatchObject({ kind: 'cancelled' });
  });
});
