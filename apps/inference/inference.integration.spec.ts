import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { frameId } from '#base/ids.js';
import { FRAMES_QUEUE, frameStoreKey, laneOf, lanesQueue, serviceKey } from '#contracts/channels.js';
import type { FrameCaptured } from '#contracts/frame-captured.js';
import { posesEstimated, type PosesEstimated } from '#contracts/poses-estimated.js';
import { serviceHealth } from '#contracts/service-health.js';
import { openKeyValues, type KeyValues } from '#messaging/key-values.js';
import { openReceiver, openSender, type Receiver, type Sender } from '#messaging/queues.js';
import { openRedis, type Redis } from '#messaging/redis.js';
import { startRedis, waitUntil, type TestServer } from '#testing/servers.js';
import { picture, writeTinyPoseModel } from '#testing/tiny-pose-model.js';

const LANES = 2;
const TTL_MS = 60_000;
const analysis = { widthPx: 96, heightPx: 64 };
const source = { widthPx: 192, heightPx: 128 };
const log = pino({ level: 'silent' });

describe('the inference service', () => {
  let folder = '';
  let server: TestServer;
  let redis: Redis;
  let keyValues: KeyValues;
  let frames: Sender<FrameCaptured>;
  let receivers: Receiver[] = [];
  const services: ChildProcess[] = [];
  const outcomes = new Map<string, PosesEstimated[]>();

  beforeAll(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-inference-'));
    writeTinyPoseModel(path.join(folder, 'movenet-multipose.onnx'));
    server = await startRedis();
    redis = openRedis(server.url, log);
    keyValues = openKeyValues(redis);
    frames = openSender({ redisUrl: server.url, queue: FRAMES_QUEUE, log });
    receivers = Array.from({ length: LANES }, (_, lane) =>
      openReceiver({
        redisUrl: server.url,
        queue: lanesQueue(lane),
        schema: posesEstimated,
        concurrency: 1,
        exclusive: true,
        handle: (message) => {
          expect(laneOf(message.cameraId, LANES)).toBe(lane);
          const id = frameId(message);
          outcomes.set(id, [...(outcomes.get(id) ?? []), message]);
          return Promise.resolve();
        },
        log,
      }),
    );
  }, 60_000);

  afterAll(async () => {
    await Promise.all(services.map((service) => end(service, 'SIGKILL')));
    await Promise.all([frames.close(), ...receivers.map((receiver) => receiver.close())]);
    redis.disconnect();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function start(extra: Record<string, string> = {}): ChildProcess {
    const service = spawn(process.execPath, ['dist/apps/inference/main.js'], {
      env: {
        DATABASE_URL: 'postgresql://unused',
        REDIS_URL: server.url,
        POSEWATCH_DATA_DIR: folder,
        POSEWATCH_MODELS_DIR: folder,
        POSEWATCH_LANES: String(LANES),
        POSEWATCH_PROVIDERS: 'cpu',
        POSEWATCH_SESSIONS: '1',
        ...extra,
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    services.push(service);
    service.stdout.resume();
    return service;
  }

  async function end(service: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    if (service.exitCode !== null || service.signalCode !== null) return;
    const exit = once(service, 'exit');
    service.kill(signal);
    await exit;
  }

  async function capture(
    cameraId: string,
    seq: number,
    change: Partial<FrameCaptured> & { pixels?: Buffer | null } = {},
  ): Promise<string> {
    const { pixels = picture(analysis, [[12, 8]]), ...fields } = change;
    const key = { cameraId, epoch: 0, seq };
    const message: FrameCaptured = {
      type: 'frame.captured',
      v: 1,
      ...key,
      capturedAtMs: 1000 + seq,
      ptsUs: seq * 100_000,
      traceId: `t${seq}`,
      policy: 'file',
      source,
      analysis,
      profile: 'fast',
      modelId: 'movenet-multipose',
      expiresAtMs: null,
      ...fields,
    };
    if (pixels !== null) await keyValues.setBytes(frameStoreKey(key), pixels, TTL_MS);
    await frames.send(frameId(key), message);
    return frameId(key);
  }

  const outcome = async (id: string): Promise<PosesEstimated> => {
    await waitUntil(async () => {
      await Promise.resolve();
      if (!outcomes.has(id)) throw new Error(`no outcome of ${id}`);
    });
    const [first] = outcomes.get(id) ?? [];
    return first;
  };

  it('sends poses in source pixels to the lane of the camera, or says why there are none, and shows that it lives', async () => {
    const service = start();
    const good = await capture('cam_a', 0);
    const late = await capture('cam_a', 1, { policy: 'live', expiresAtMs: 1 });
    const gone = await capture('cam_b', 0, { pixels: null, policy: 'live', expiresAtMs: Number.MAX_SAFE_INTEGER });
    const short = await capture('cam_b', 1, { pixels: Buffer.alloc(10) });
    const unknown = await capture('cam_b', 2, { modelId: 'nothing' });
    expect(await outcome(good)).toMatchObject({ outcome: 'poses', provider: 'cpu', ptsUs: 0, source, analysis });
    const found = await outcome(good);
    if (found.outcome !== 'poses') throw new Error('no poses');
    // The white cell's middle is (50, 34) in the analysis picture, which is half as large as the source.
    expect(found.poses.map((pose) => pose.keypoints.slice(0, 2))).toEqual([[100, 68]]);
    expect(found.poses[0].box).toEqual([76, 28, 124, 108]);
    expect(await outcome(late)).toMatchObject({ outcome: 'skipped', reason: 'expired' });
    expect(await outcome(gone)).toMatchObject({ outcome: 'skipped', reason: 'expired' });
    expect(await outcome(short)).toMatchObject({ outcome: 'skipped', reason: 'failed' });
    expect(await outcome(unknown)).toMatchObject({ outcome: 'poses', profile: 'fast', modelId: 'movenet-multipose' });
    const beats = await keyValues.listJson(serviceKey('inference', ''), serviceHealth);
    expect(beats).toMatchObject([{ service: 'inference', provider: 'cpu', sessions: 1 }]);
    await end(service, 'SIGTERM');
    expect(service.exitCode ?? service.signalCode).toBe('SIGTERM');
  }, 60_000);

  it('loses no frame when it is killed in the middle, because another process takes them over', async () => {
    const first = start();
    const ids: string[] = [];
    for (let seq = 0; seq < 200; seq++) ids.push(await capture('vid_k', seq));
    await outcome(ids[5]);
    await end(first, 'SIGKILL');
    start();
    await waitUntil(async () => {
      await Promise.resolve();
      const missing = ids.filter((id) => !outcomes.has(id));
      if (missing.length > 0) throw new Error(`${missing.length} frames are missing`);
    }, 40_000);
    for (const id of ids) expect(outcomes.get(id)?.[0]).toMatchObject({ outcome: 'poses' });
  }, 60_000);

  it('ends with a message that names the file when the model is not installed', async () => {
    const empty = mkdtempSync(path.join(folder, 'empty-'));
    const service = start({ POSEWATCH_MODELS_DIR: empty });
    let text = '';
    service.stdout?.on('data', (piece: Buffer) => {
      text += piece.toString();
    });
    await once(service, 'close');
    expect(service.exitCode).toBe(1);
    expect(text).toContain(path.join(empty, 'movenet-multipose.onnx'));
    expect(text).toContain('posewatch models pull');
  }, 30_000);
});
