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
import { serviceHealth, type ServiceHealth } from '#contracts/service-health.js';
import { openKeyValues, type KeyValues } from '#messaging/key-values.js';
import { openReceiver, openSender, type Receiver, type Sender } from '#messaging/queues.js';
import { openRedis, type Redis } from '#messaging/redis.js';
import { startRedis, waitUntil, type TestServer } from './servers.js';
import { picture } from './tiny-pose-model.js';

const LANES = 2;
const TTL_MS = 60_000;
const log = pino({ level: 'silent' });

/** Analysis and source size of the rig's frames. */
export const rigSizes = {
  analysis: { widthPx: 96, heightPx: 64 },
  source: { widthPx: 192, heightPx: 128 },
};

/** Changes to a message; `pixels` null: none are stored. */
export type CaptureChange = Partial<FrameCaptured> & { readonly pixels?: Buffer | null };

/** A private Redis, built inference services over it, and what they send: for integration tests. */
export class InferenceRig {
  /** Models folder of the services. */
  readonly folder = mkdtempSync(path.join(os.tmpdir(), 'posewatch-inference-'));
  readonly keyValues: KeyValues;
  /** All messages by frame, in the order they came. */
  readonly outcomes = new Map<string, PosesEstimated[]>();
  /** Frames in the order they were answered first. */
  readonly order: PosesEstimated[] = [];
  private readonly server: TestServer;
  private readonly redis: Redis;
  private readonly frames: Sender<FrameCaptured>;
  private readonly receivers: readonly Receiver[];
  private readonly services: ChildProcess[] = [];

  private constructor(server: TestServer) {
    this.server = server;
    this.redis = openRedis(server.url, log);
    this.keyValues = openKeyValues(this.redis);
    this.frames = openSender({ redisUrl: server.url, queue: FRAMES_QUEUE, log });
    this.receivers = Array.from({ length: LANES }, (_, lane) =>
      openReceiver({
        redisUrl: server.url,
        queue: lanesQueue(lane),
        schema: posesEstimated,
        concurrency: 1,
        exclusive: true,
        handle: (message) => {
          this.note(message, lane);
          return Promise.resolve();
        },
        log,
      }),
    );
  }

  static async start(): Promise<InferenceRig> {
    return new InferenceRig(await startRedis());
  }

  async stop(): Promise<void> {
    await Promise.all(this.services.map((service) => this.end(service, 'SIGKILL')));
    await Promise.all([this.frames.close(), ...this.receivers.map((receiver) => receiver.close())]);
    this.redis.disconnect();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** A service with one CPU session, with more settings. */
  startService(extra: Readonly<Record<string, string>> = {}): ChildProcess {
    const service = spawn(process.execPath, ['dist/apps/inference/main.js'], {
      env: {
        DATABASE_URL: 'postgresql://unused',
        REDIS_URL: this.server.url,
        POSEWATCH_DATA_DIR: this.folder,
        POSEWATCH_MODELS_DIR: this.folder,
        POSEWATCH_LANES: String(LANES),
        POSEWATCH_PROVIDERS: 'cpu',
        POSEWATCH_SESSIONS: '1',
        ...extra,
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.services.push(service);
    service.stdout.resume();
    return service;
  }

  async end(service: ChildProcess, signal: NodeJS.Signals): Promise<void> {
    if (service.exitCode !== null || service.signalCode !== null) return;
    const exit = once(service, 'exit');
    service.kill(signal);
    await exit;
  }

  /** Stores a frame and announces it, as ingest does; resolves with the frame's id. */
  async capture(cameraId: string, seq: number, change: CaptureChange = {}): Promise<string> {
    const { pixels = picture(rigSizes.analysis, [[12, 8]]), ...fields } = change;
    const key = { cameraId, epoch: 0, seq };
    const message: FrameCaptured = {
      type: 'frame.captured',
      v: 1,
      ...key,
      capturedAtMs: 1000 + seq,
      ptsUs: seq * 100_000,
      traceId: `t${seq}`,
      policy: 'file',
      ...rigSizes,
      profile: 'fast',
      modelId: null,
      expiresAtMs: null,
      ...fields,
    };
    if (pixels !== null) await this.keyValues.setBytes(frameStoreKey(key), pixels, TTL_MS);
    await this.frames.send(frameId(key), message);
    return frameId(key);
  }

  /** The first answer about a frame. */
  async outcome(id: string): Promise<PosesEstimated> {
    await waitUntil(async () => {
      await Promise.resolve();
      if (!this.outcomes.has(id)) throw new Error(`no outcome of ${id}`);
    });
    const [first] = this.outcomes.get(id) ?? [];
    return first;
  }

  health(): Promise<readonly ServiceHealth[]> {
    return this.keyValues.listJson(serviceKey('inference', ''), serviceHealth);
  }

  private note(message: PosesEstimated, lane: number): void {
    if (laneOf(message.cameraId, LANES) !== lane) throw new Error(`${message.cameraId} came in lane ${lane}`);
    const id = frameId(message);
    const known = this.outcomes.get(id);
    if (known === undefined) this.order.push(message);
    this.outcomes.set(id, [...(known ?? []), message]);
  }
}
