/**
 * Runs `laneStep` for real: the camera's state comes from memory or from PostgreSQL, the effects go to PostgreSQL first, then out as
 * news, then the pixels go. Whatever dies in between, the message is delivered again and finds either nothing done or all of it.
 */
import path from 'node:path';
import type { Clock } from '#base/clock.js';
import { AppError, asAppError } from '#base/errors.js';
import { topics as topicNames } from '#contracts/channels.js';
import type { PosesEstimated } from '#contracts/poses-estimated.js';
import type { FrameStore } from '#frames/frame-store.js';
import { writeSnapshot } from '#media/snapshot.js';
import type { Topics } from '#messaging/topics.js';
import type { Logger } from '#observability/logger.js';
import { readCheckpoint, saveStep } from '#storage/checkpoints.js';
import type { Database } from '#storage/database.js';
import type { EventRow } from '#storage/event-writes.js';
import { trackerSettings } from '#tracking/tracker-settings.js';
import type { CameraContexts } from './camera-contexts.js';
import { decodeLaneState, emptyLaneState, encodeLaneState, type LaneState } from './lane-state.js';
import { laneStep, type LaneContext, type LaneEffects, type StartedAlert } from './lane-step.js';

/** A checkpoint that others keep changing: the message goes back to the queue after so many tries. */
const MAX_CONFLICTS = 5;
/** Cameras kept in memory; beyond, the one used longest ago is read again when it comes back. */
const MAX_CAMERAS = 1024;

/** How the worker behaves; see the settings of the same names. */
export interface LaneWorkerSettings {
  readonly dataDir: string;
  readonly lateMs: number;
  /** Later frames that may wait behind a missing live one. */
  readonly maxWaiting: number;
}

export interface LaneWorkerParts {
  readonly db: Database;
  readonly topics: Pick<Topics, 'publish'>;
  readonly frames: FrameStore;
  readonly cameras: CameraContexts;
  readonly clock: Clock;
  readonly log: Logger;
}

/** For a picture: whoever is good enough to start a track is good enough to be kept. */
const confirmingAtOnce: LaneContext['tracker'] = {
  fast: { ...trackerSettings.fast, confirmScore: trackerSettings.fast.newTrackScore },
  accurate: { ...trackerSettings.accurate, confirmScore: trackerSettings.accurate.newTrackScore },
  pose3d: { ...trackerSettings.pose3d, confirmScore: trackerSettings.pose3d.newTrackScore },
};

interface Memory {
  readonly state: LaneState | null;
  /** Of the checkpoint; 0: there is none yet. */
  readonly version: number;
}

/** The lanes of one process. Steps of one camera run one after the other. */
export class LaneWorker {
  /** Frames done since the start. */
  framesDone = 0;
  private readonly memories = new Map<string, Memory>();
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly parts: LaneWorkerParts,
    private readonly settings: LaneWorkerSettings,
  ) {}

  /** Handles one message of a lane. @throws AppError `unavailable`: deliver it again. */
  async handle(message: PosesEstimated): Promise<void> {
    await this.inTurn(message.cameraId, () => this.run(message.cameraId, message));
  }

  /** Gives up missing live frames whose time is over, where no later message does it. */
  async passTime(): Promise<void> {
    const nowMs = this.parts.clock.nowMs();
    const late = [...this.memories].filter(([, { state }]) =>
      state?.reorder.waiting.some(
        ({ atMs, message }) => message.policy === 'live' && nowMs - atMs >= this.settings.lateMs,
      ),
    );
    await Promise.all(late.map(([cameraId]) => this.inTurn(cameraId, () => this.run(cameraId, null))));
  }

  private async inTurn(cameraId: string, work: () => Promise<void>): Promise<void> {
    const turn = (this.turns.get(cameraId) ?? Promise.resolve()).then(work);
    const quiet = turn.catch(() => undefined);
    this.turns.set(cameraId, quiet);
    try {
      await turn;
    } finally {
      if (this.turns.get(cameraId) === quiet) this.turns.delete(cameraId);
    }
  }

  private async run(cameraId: string, message: PosesEstimated | null): Promise<void> {
    for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      try {
        await this.step(cameraId, message);
        return;
      } catch (thrown) {
        // Whether the write went through is unknown: the truth is read again.
        this.memories.delete(cameraId);
        const problem = asAppError(thrown);
        if (problem.kind !== 'conflict') throw problem;
        this.parts.log.info({ cameraId, seq: message?.seq }, 'another writer was faster');
      }
    }
    throw new AppError('unavailable', `The checkpoint of ${cameraId} keeps changing.`, { details: { cameraId } });
  }

  private async step(cameraId: string, message: PosesEstimated | null): Promise<void> {
    const camera = await this.parts.cameras.get(cameraId);
    if (camera === null) {
      this.parts.log.debug({ cameraId, seq: message?.seq }, 'frame of a removed camera');
      if (message !== null) await this.parts.frames.discard([message]);
      return;
    }
    const { state, version } = this.memories.get(cameraId) ?? (await this.load(cameraId));
    const { lateMs, maxWaiting } = this.settings;
    const tracker = camera.isStill ? confirmingAtOnce : trackerSettings;
    const nowMs = this.parts.clock.nowMs();
    const context = { cameraId, nowMs, lateMs, maxWaiting, tracker, rules: camera.rules };
    const next = laneStep(state, message, context);
    if (next.changed) {
      const started = camera.picturesAllowed
        ? await Promise.all(next.effects.started.map((alert) => this.withPicture(alert)))
        : next.effects.started.map(({ row }) => row);
      this.remember(cameraId, { state: next.state, version: await this.save(next, { cameraId, version, started }) });
      this.framesDone += next.state.counts.captured - (next.state.epoch === state?.epoch ? state.counts.captured : 0);
    }
    await this.tell(next.effects);
  }

  private async load(cameraId: string): Promise<Memory> {
    const checkpoint = await readCheckpoint(this.parts.db, cameraId);
    if (checkpoint === null) return { state: null, version: 0 };
    const { epoch, nextSeq, version } = checkpoint;
    let state: LaneState;
    try {
      state = decodeLaneState(checkpoint.state);
      // The last process may have died between storing these and telling anybody.
      for (const alert of state.outbox) await this.parts.topics.publish(topicNames.behaviorDetected, alert);
    } catch (problem) {
      this.parts.log.error({ cameraId, epoch, nextSeq, problem: asAppError(problem).message }, 'tracks start afresh');
      state = { ...emptyLaneState(epoch), reorder: { nextSeq, waiting: [] } };
    }
    const memory = { state, version };
    this.remember(cameraId, memory);
    return memory;
  }

  private remember(cameraId: string, memory: Memory): void {
    this.memories.delete(cameraId);
    this.memories.set(cameraId, memory);
    const oldest = this.memories.keys().next();
    if (this.memories.size > MAX_CAMERAS && oldest.done !== true) this.memories.delete(oldest.value);
  }

  private async save(
    { state, effects }: { readonly state: LaneState; readonly effects: LaneEffects },
    at: { readonly cameraId: string; readonly version: number; readonly started: readonly EventRow[] },
  ): Promise<number> {
    const { cameraId, version, started } = at;
    const { epoch, reorder } = state;
    const checkpoint = { cameraId, epoch, nextSeq: reorder.nextSeq, version, state: encodeLaneState(state) };
    const { tracks, segments, ended, video } = effects;
    return saveStep(this.parts.db, { checkpoint, tracks, segments, started, ended, video });
  }

  /** Best effort: an alert without its picture is better than no alert. */
  private async withPicture({ row, picture }: StartedAlert): Promise<EventRow> {
    if (picture === null) return row;
    const { frame, tracks, alarmTrackNos } = picture;
    try {
      const pixels = await this.parts.frames.get(frame);
      if (pixels === null) return row;
      const snapshotPath = path.posix.join('snapshots', row.cameraId, `${row.id}.jpg`);
      const file = path.join(this.settings.dataDir, snapshotPath);
      const { analysis, source } = frame;
      const poses = tracks.map(({ trackNo, box, score, smoothed }) => ({ trackNo, box, score, keypoints: smoothed }));
      await writeSnapshot({ pixels, analysis, source, poses, alarmTrackNos, file });
      return { ...row, snapshotPath };
    } catch (problem) {
      this.parts.log.warn({ eventId: row.id, problem: asAppError(problem).message }, 'no picture of an alert');
      return row;
    }
  }

  private async tell({ alerts, updates, done }: LaneEffects): Promise<void> {
    for (const alert of alerts) await this.parts.topics.publish(topicNames.behaviorDetected, alert);
    for (const update of updates) await this.parts.topics.publish(topicNames.tracksUpdated, update);
    await this.parts.frames.discard(done);
  }
}
