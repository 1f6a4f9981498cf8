import path from 'node:path';
import { AppError, asAppError } from '#base/errors.js';
import { analysisSize } from '#geometry/letterbox.js';
import { analysisArea } from '#pose/profile.js';
import { cameraLeaseKey, healthKey } from '#contracts/channels.js';
import type { CameraHealth } from '#contracts/camera-health.js';
import { openCameraSession } from '#media/camera-session.js';
import { inputName } from '#media/input-name.js';
import { probe } from '#media/probe.js';
import { appendLive } from '#messaging/live-stream.js';
import { keepsOnDisk } from '#messaging/redis.js';
import { nextEpoch, setSourceSize } from '#storage/cameras.js';
import { readCheckpoint } from '#storage/checkpoints.js';
import type { CameraConfig } from './camera-config.js';
import { CameraEpoch, type PieceSink } from './camera-epoch.js';
import type { StreamFacts } from './frame-sender.js';
import type { IngestParts } from './ingest-parts.js';
import { LiveUplink } from './live-uplink.js';
import { MotionWatch } from './motion-watch.js';
import { pause } from './pause.js';
import { RateMeter } from './rate-meter.js';
import { reconnectDelayMs } from './reconnect-delay.js';
import { Recorder } from './recorder.js';

const STRIDE_PX = 32;
const BEAT_MS = 1000;
const LEASE_MS = 6000;
const LEASE_RETRY_MS = 1500;
const HEALTH_TTL_MS = 5000;
/** A connection that lasted so long was a good one: the next pause is the shortest again. */
const GOOD_CONNECTION_MS = 15_000;
const LIVE_LIMITS = { maxBytes: 32 * 1024 * 1024, ttlMs: 30_000 };

/** Runs one live camera while this process holds its lease: connects, reconnects, reports its health each second. */
export class CameraRunner {
  readonly config: CameraConfig;
  private readonly parts: IngestParts;
  private readonly stopping = new AbortController();
  private readonly received = new RateMeter();
  private readonly captured = new RateMeter();
  private state: CameraHealth['state'] = 'connecting';
  private problem: string | null = null;
  private reconnects = 0;
  private epochNo = 0;
  private epoch: CameraEpoch | null = null;
  private holdsLease = false;
  private beating = false;
  /** The camera's key frames are too far apart for a quick look; see `ProbeOptions.isPatient`. */
  private isPatient = false;
  private endConnection: () => Promise<void> = () => Promise.resolve();
  private finished: Promise<void> = Promise.resolve();

  constructor(config: CameraConfig, parts: IngestParts) {
    this.config = config;
    this.parts = parts;
  }

  start(): void {
    this.finished = this.loop();
  }

  /** Ends the session and gives the lease back. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.endConnection();
    await this.finished;
  }

  private async loop(): Promise<void> {
    const beat = setInterval(() => void this.beat(), BEAT_MS);
    const { clock, settings, random } = this.parts;
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted;) {
      if (!this.holdsLease && !(await this.takeLease())) {
        await pause(LEASE_RETRY_MS, signal);
        continue;
      }
      const startedMs = clock.monotonicMs();
      const ended = await this.connect().catch(asAppError);
      if (clock.monotonicMs() - startedMs > GOOD_CONNECTION_MS) failures = 0;
      if (ended === null || ended.kind === 'cancelled') continue;
      failures++;
      this.note(ended);
      const waitMs = reconnectDelayMs({ failures, kind: ended.kind }, settings.POSEWATCH_RECONNECT_MAX_MS, random);
      await pause(waitMs, signal);
      this.reconnects++;
    }
    clearInterval(beat);
    await this.leave();
  }

  /** One connection, from probing to its end; null when it was ended on purpose. */
  private async connect(): Promise<AppError | null> {
    const { settings, database } = this.parts;
    if (this.config.poseOnly && (await keepsOnDisk(this.parts.redis))) throw pixelsOnDisk();
    const { cameraId, url, fps, profile, wide, modelId } = this.config;
    const timeoutMs = settings.POSEWATCH_RTSP_TIMEOUT_MS;
    const { signal } = this.stopping;
    const { source, codec, lookMs } = await probe(url, { timeoutMs, signal, isPatient: this.isPatient });
    if (!this.mayRun()) return null;
    await setSourceSize(database, cameraId, source);
    const epoch = await nextEpoch(database, cameraId);
    const areaPx = analysisArea({ profile, wide, source, areaPx: settings.POSEWATCH_ANALYSIS_AREA_PX });
    const analysis = analysisSize(source, { areaPx, stridePx: STRIDE_PX });
    const session = await openCameraSession({ url, timeoutMs, lookMs, codec, shape: { source, analysis, fps } });
    this.endConnection = session.stop;
    if (!this.mayRun()) await session.stop();
    const stream: StreamFacts = {
      ...{ cameraId, epoch, policy: 'live', source, analysis },
      ...{ profile, modelId, freshnessMs: settings.POSEWATCH_FRESHNESS_MS },
    };
    const recorder = this.recorder(epoch);
    const uplink = this.uplink(epoch);
    const sinks = [uplink, recorder].filter((sink) => sink !== null);
    this.epochNo = epoch;
    this.parts.log.info({ cameraId, epoch, source, analysis, codec }, 'camera connected');
    try {
      const ended = await this.runEpoch({ session, stream, sinks });
      if (ended?.kind === 'unavailable' && this.state !== 'live') this.isPatient = true;
      return ended;
    } finally {
      await recorder?.close();
    }
  }

  private async runEpoch(
    connection: Pick<ConstructorParameters<typeof CameraEpoch>[0], 'session' | 'stream'> & { sinks: PieceSink[] },
  ): Promise<AppError | null> {
    const { clock, sender, acknowledgements, database, settings } = this.parts;
    const { cameraId, epoch } = connection.stream;
    this.received.reset();
    this.captured.reset();
    this.epoch = new CameraEpoch({
      ...connection,
      ...{ clock, sender, acknowledgements, inFlightLimit: settings.POSEWATCH_LIVE_IN_FLIGHT },
      watch: this.config.motionGate ? new MotionWatch(connection.stream, settings.POSEWATCH_STILL_HEARTBEAT_MS) : null,
      readNextSeq: async () => {
        const checkpoint = await readCheckpoint(database, cameraId);
        return checkpoint?.epoch === epoch ? checkpoint.nextSeq : null;
      },
      onFragment: () => {
        this.received.add();
        [this.state, this.problem] = ['live', null];
      },
      onFrame: () => {
        this.captured.add();
      },
    });
    return this.epoch.run().finally(() => {
      this.epoch = null;
      this.received.reset();
      this.captured.reset();
    });
  }

  /** Pixels of a pose-only camera stay in this process and in the frame store. */
  private uplink(epoch: number): LiveUplink | null {
    if (this.config.poseOnly) return null;
    return new LiveUplink(epoch, (entry) =>
      appendLive(this.parts.redis, this.config.cameraId, { ...entry, ...LIVE_LIMITS }),
    );
  }

  private recorder(epoch: number): Recorder | null {
    const { settings, log } = this.parts;
    const { cameraId, poseOnly } = this.config;
    if (poseOnly || settings.POSEWATCH_RECORDING_MAX_BYTES === 0) return null;
    const folder = path.join(settings.POSEWATCH_DATA_DIR, 'recordings', cameraId, String(epoch));
    return new Recorder(folder, (problem) => {
      log.error({ cameraId, epoch, err: problem }, 'the recording cannot be written');
    });
  }

  private note(ended: AppError): void {
    this.state = ended.kind === 'unauthorised' ? 'refused' : 'reconnecting';
    this.problem = ended.message;
    const { cameraId } = this.config;
    const { kind, message, details } = ended;
    this.parts.log.warn({ cameraId, epoch: this.epochNo, kind, problem: message, ...details }, 'camera lost');
  }

  private mayRun(): boolean {
    return this.holdsLease && !this.stopping.signal.aborted;
  }

  private async takeLease(): Promise<boolean> {
    if (!this.parts.cameraSlots.isFree()) return false;
    const { cameraId } = this.config;
    this.holdsLease = await this.parts.keyValues
      .acquireLease(cameraLeaseKey(cameraId), this.parts.instance, LEASE_MS)
      .catch(() => false);
    if (this.holdsLease) this.parts.cameraSlots.taken++;
    return this.holdsLease;
  }

  /** Renews the lease and tells how the camera is; another process that took the lease over ends this session. */
  private async beat(): Promise<void> {
    if (!this.holdsLease || this.beating) return;
    this.beating = true;
    try {
      const { keyValues, instance } = this.parts;
      const { cameraId } = this.config;
      const held = await keyValues.acquireLease(cameraLeaseKey(cameraId), instance, LEASE_MS);
      if (held) await keyValues.setJson(healthKey(cameraId), this.health(), HEALTH_TTL_MS);
      else await this.loseLease();
    } catch (problem) {
      this.parts.log.debug({ cameraId: this.config.cameraId, problem: String(problem) }, 'camera health not written');
    } finally {
      this.beating = false;
    }
  }

  private async loseLease(): Promise<void> {
    this.holdsLease = false;
    this.parts.cameraSlots.taken--;
    this.parts.log.warn(
      { cameraId: this.config.cameraId, camera: inputName(this.config.url) },
      'another process runs it now',
    );
    await this.endConnection();
  }

  private health(): CameraHealth {
    const { clock } = this.parts;
    const nowMs = clock.monotonicMs();
    return {
      ...{ type: 'camera.health', v: 1, cameraId: this.config.cameraId, epoch: this.epochNo },
      ...{ state: this.state, problem: this.problem, reconnects: this.reconnects, atMs: clock.nowMs() },
      fpsIn: this.received.perSec(nowMs),
      fpsCaptured: this.captured.perSec(nowMs),
      inFlight: this.epoch?.inFlight ?? 0,
    };
  }

  private async leave(): Promise<void> {
    if (!this.holdsLease) return;
    this.holdsLease = false;
    this.parts.cameraSlots.taken--;
    const { keyValues, instance } = this.parts;
    const { cameraId } = this.config;
    this.state = 'stopped';
    await keyValues.setJson(healthKey(cameraId), this.health(), HEALTH_TTL_MS).catch(() => undefined);
    await keyValues.releaseLease(cameraLeaseKey(cameraId), instance).catch(() => undefined);
  }
}

function pixelsOnDisk(): AppError {
  const why = 'Redis writes what passes through it to disk, so a pose-only camera is not run.';
  return new AppError('invalid-input', `${why} Start Redis with appendonly no and save "".`);
}
