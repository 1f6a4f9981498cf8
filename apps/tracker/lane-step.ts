/**
 * One message of a camera: `(state, message) → (state, effects)`. Puts frames back into capture order, links poses to tracks, runs the
 * rules, gathers segments and counts every frame. Pure: the same messages in any order and with any repetition lead to the same rows,
 * live, after a crash and in a test.
 */
import type { FrameKey } from '#base/ids.js';
import { alarmsOf, behaviorStep, type BehaviorEvent } from '#behavior/behavior-step.js';
import type { BehaviorDetected } from '#contracts/behavior-detected.js';
import type { PosesEstimated } from '#contracts/poses-estimated.js';
import type { TracksUpdated } from '#contracts/tracks-updated.js';
import { letterbox } from '#geometry/letterbox.js';
import type { VideoProgress } from '#storage/checkpoints.js';
import type { EventEnd, EventRow } from '#storage/event-writes.js';
import { segmentStepPx } from '#storage/segment-codec.js';
import type { SegmentRow, TrackRow } from '#storage/track-writes.js';
import { poseTrackerStep, type TrackedPose } from '#tracking/pose-tracker.js';
import { reorder, type ReorderOptions } from '#tracking/reorderer.js';
import type { ProfileName } from '#pose/profile.js';
import type { TrackerSettings } from '#tracking/tracker-settings.js';
import { emptyTrackerState, liveTrackNos } from '#tracking/tracker-state.js';
import { rulesInPixels, type CameraRule } from './camera-rules.js';
import { emptyLaneState, type LaneState, type LastFrame } from './lane-state.js';
import { openTracksStep } from '#storage/open-tracks.js';
import { counted, seenFrame, type FrameFate, type SeenFrame } from './seen-frame.js';

type Analysed = Extract<PosesEstimated, { outcome: 'poses' }>;
type WhatRan = Pick<Analysed, 'provider' | 'profile' | 'modelId'>;

/** What a step needs besides state and message. */
export interface LaneContext {
  readonly cameraId: string;
  readonly nowMs: number;
  /** How long a missing live frame is waited for, and behind how many later ones. */
  readonly lateMs: number;
  readonly maxWaiting: number;
  /** By the profile that a frame's poses come from. */
  readonly tracker: Readonly<Record<ProfileName, TrackerSettings>>;
  readonly rules: readonly CameraRule[];
}

/** The frame an alert started on, or the analysed one that stands in for it, and what is drawn on it. */
export interface AlertPicture {
  readonly frame: SeenFrame;
  readonly tracks: readonly TrackedPose[];
  readonly alarmTrackNos: readonly number[];
}

/** An alert that started; its row still lacks the picture's path. */
export interface StartedAlert {
  readonly row: EventRow;
  readonly picture: AlertPicture | null;
}

/** What a step leads to: rows first, then news, then frames whose pixels are not needed any more. */
export interface LaneEffects {
  readonly tracks: readonly TrackRow[];
  readonly segments: readonly SegmentRow[];
  readonly started: readonly StartedAlert[];
  readonly ended: readonly EventEnd[];
  /** Null: not a file, or not worth writing now. */
  readonly video: VideoProgress | null;
  readonly alerts: readonly BehaviorDetected[];
  readonly updates: readonly TracksUpdated[];
  readonly done: readonly FrameKey[];
}

/** `changed` is false for a message that has no effect (repeated, or of an epoch that is over): nothing is to be stored then. */
export interface LaneStep {
  readonly state: LaneState;
  readonly changed: boolean;
  readonly effects: LaneEffects;
}

/** A file's progress is written every so many frames, and at its end. */
const PROGRESS_FRAMES = 10;

/** One message further, or only time when `message` is null. `before` null: the camera's first message ever. */
export function laneStep(before: LaneState | null, message: PosesEstimated | null, context: LaneContext): LaneStep {
  const work = new LaneWork(before ?? emptyLaneState(message?.epoch ?? 0), context);
  if (message !== null && message.epoch > work.state.epoch) work.startEpoch(message.epoch);
  if (message !== null && message.epoch < work.state.epoch) work.stray(message);
  else work.take(message);
  return work.finish(message);
}

/** One step under way: changes its own state and effects until `finish`. */
class LaneWork {
  state: LaneState;
  private changed = false;
  private readonly tracks = new Map<string, TrackRow>();
  private readonly segments: SegmentRow[] = [];
  private readonly started: StartedAlert[] = [];
  private readonly ended: EventEnd[] = [];
  private readonly alerts: BehaviorDetected[] = [];
  private readonly updates: TracksUpdated[] = [];
  private readonly done: FrameKey[] = [];
  private video: VideoProgress | null = null;

  constructor(
    state: LaneState,
    private readonly context: LaneContext,
  ) {
    this.state = state;
  }

  /** The old epoch is over, whether it said so or not: what waits is done now, what is open is closed. */
  startEpoch(epoch: number): void {
    this.release(null, { nowMs: this.context.nowMs, maxWaiting: 0, lateMs: 0, mayGiveUp: true });
    this.closeTracks();
    this.forgetSeen();
    const { epoch: over, reorder: order } = this.state;
    this.state = { ...emptyLaneState(epoch), previous: { epoch: over, nextSeq: order.nextSeq } };
    this.changed = true;
  }

  take(message: PosesEstimated | null): void {
    const { nowMs, lateMs, maxWaiting } = this.context;
    const policy = message?.policy ?? this.state.reorder.waiting.at(0)?.message.policy ?? 'live';
    this.release(message, { nowMs, lateMs, maxWaiting, mayGiveUp: policy === 'live' });
  }

  /** A frame of an epoch that is over: too late to be tracked, but counted once. */
  stray(message: PosesEstimated): void {
    const { previous } = this.state;
    this.done.push(message);
    if (previous?.epoch !== message.epoch || message.seq < previous.nextSeq || message.outcome === 'ended') return;
    this.count('late');
    this.state = { ...this.state, previous: { ...previous, nextSeq: message.seq + 1 } };
    this.changed = true;
  }

  finish(message: PosesEstimated | null): LaneStep {
    const { state } = this;
    if (this.changed) this.state = { ...state, outbox: this.alerts };
    if (this.updates.length === 0 && message !== null && !this.isWaiting(message)) this.acknowledge(message);
    const { tracks, segments, started, ended, video, alerts, updates, done } = this;
    const effects = { tracks: [...tracks.values()], segments, started, ended, video, alerts, updates, done };
    return { state: this.state, changed: this.changed, effects };
  }

  private isWaiting(message: PosesEstimated): boolean {
    return message.epoch === this.state.epoch && message.seq >= this.state.reorder.nextSeq;
  }

  /** A repeated message: whoever sent it may have missed the acknowledgement. */
  private acknowledge(message: PosesEstimated): void {
    const seq = this.state.reorder.nextSeq - 1;
    const { seen } = this.state;
    if (seen?.epoch !== message.epoch || seen.seq !== message.seq) this.done.push(message);
    if (seq >= 0) this.update({ ...(this.state.last ?? message), seq }, { tracks: [], analysed: false });
  }

  private release(message: PosesEstimated | null, options: ReorderOptions): void {
    const before = this.state.reorder;
    const { state, released, missing } = reorder(before, message, options);
    if (state.nextSeq === before.nextSeq && state.waiting.length === before.waiting.length) return;
    this.changed = true;
    this.state = { ...this.state, reorder: state };
    for (const seq of missing) {
      this.count('late');
      this.done.push({ cameraId: this.context.cameraId, epoch: this.state.epoch, seq });
    }
    for (const next of released) this.frame(next);
  }

  private frame(message: PosesEstimated): void {
    const { seq, ptsUs, capturedAtMs, traceId, source } = message;
    if (message.outcome !== 'poses') this.done.push({ cameraId: this.context.cameraId, epoch: this.state.epoch, seq });
    this.state = { ...this.state, last: { seq, ptsUs, capturedAtMs, traceId, source } };
    switch (message.outcome) {
      case 'poses':
        this.analyse(message);
        break;
      case 'still':
        this.repeat(message);
        break;
      case 'skipped':
        this.count(message.reason);
        this.update(message, { tracks: [], analysed: false });
        break;
      case 'ended':
        this.closeTracks();
        this.forgetSeen();
        this.update(message, { tracks: [], analysed: false, ended: true });
    }
    if (message.policy === 'file') this.progress(message.outcome === 'ended');
  }

  private analyse(message: Analysed): void {
    this.forgetSeen();
    const seen = seenFrame(message);
    this.state = { ...this.state, seen };
    this.count('analysed');
    this.observe(message, { seen, poses: message.poses });
  }

  /** Nothing has changed: the people of the newest analysed frame are seen again where they were. */
  private repeat(message: PosesEstimated): void {
    const { seen } = this.state;
    this.count('still');
    if (seen === null) this.update(message, { tracks: [], analysed: false });
    else this.observe(message, { seen, poses: seen.poses });
  }

  private observe(
    at: LastFrame,
    { seen, poses }: { readonly seen: SeenFrame; readonly poses: Analysed['poses'] },
  ): void {
    const { state, tracks, ended } = poseTrackerStep(
      this.state.tracker,
      { ptsUs: at.ptsUs, poses },
      this.context.tracker[seen.profile],
    );
    this.state = { ...this.state, tracker: state };
    const { inner } = letterbox(seen.source, seen.analysis);
    const stepPx = segmentStepPx(inner.widthPx / seen.source.widthPx);
    this.gather(at, { tracks, ended, stepPx });
    const events = this.runRules(at, { tracks, ended });
    const alarmTrackNos = events.filter(({ phase }) => phase === 'started').map(({ trackNo }) => trackNo);
    const confirmed = tracks.filter((track) => track.confirmed);
    this.note(events, { at, picture: { frame: seen, tracks: confirmed, alarmTrackNos } });
    this.update(at, { tracks: confirmed, analysed: true, ran: seen });
  }

  /** The newest analysed frame is not needed any more: another one is there, or the stream is over. */
  private forgetSeen(): void {
    const { seen } = this.state;
    if (seen === null) return;
    this.done.push({ cameraId: seen.cameraId, epoch: seen.epoch, seq: seen.seq });
    this.state = { ...this.state, seen: null };
  }

  private runRules(
    at: Pick<PosesEstimated, 'seq' | 'ptsUs' | 'source'>,
    step: { readonly tracks: readonly TrackedPose[]; readonly ended: readonly number[] },
  ): readonly BehaviorEvent[] {
    const rules = rulesInPixels(this.context.rules, at.source);
    const { state, events } = behaviorStep(this.state.behavior, { rules, frame: at, ...step });
    this.state = { ...this.state, behavior: state };
    return events;
  }

  private gather(
    at: Pick<PosesEstimated, 'ptsUs' | 'capturedAtMs'>,
    step: { readonly tracks: readonly TrackedPose[]; readonly ended: readonly number[]; readonly stepPx: number },
  ): void {
    const { cameraId } = this.context;
    const { epoch } = this.state;
    const input = { cameraId, epoch, ptsUs: at.ptsUs, atMs: at.capturedAtMs, ...step };
    const { open, tracks, segments } = openTracksStep(this.state.open, input);
    this.state = { ...this.state, open };
    for (const row of tracks) this.tracks.set(`${epoch}-${row.trackNo}`, row);
    this.segments.push(...segments);
  }

  /** The stream is over, or broke: tracks and alerts end with the newest frame. Track numbers go on. */
  private closeTracks(): void {
    const { last, tracker } = this.state;
    if (last === null) return;
    const ended = liveTrackNos(tracker);
    this.gather(last, { tracks: [], ended, stepPx: 1 });
    this.note(this.runRules(last, { tracks: [], ended }), { at: last, picture: null });
    this.state = { ...this.state, tracker: { ...emptyTrackerState(), nextNo: tracker.nextNo } };
  }

  private note(
    events: readonly BehaviorEvent[],
    { at, picture }: { readonly at: LastFrame; readonly picture: AlertPicture | null },
  ): void {
    const { cameraId } = this.context;
    const { epoch } = this.state;
    for (const event of events) {
      const { phase, ruleId, kind, zoneId, trackNo, startedSeq, measure, why, seq, ptsUs } = event;
      const eventId = `${ruleId}-${cameraId}-${epoch}-${trackNo}-${startedSeq}`;
      const about = { kind, ruleId, zoneId, cameraId, epoch, trackNo, measure: { ...measure }, why };
      const { capturedAtMs, traceId } = at;
      this.alerts.push({
        type: 'behavior.detected',
        v: 1,
        eventId,
        phase,
        ...about,
        seq,
        ptsUs,
        capturedAtMs,
        traceId,
      });
      if (phase === 'ended') this.ended.push({ id: eventId, measure: about.measure, why, endMs: capturedAtMs });
      else {
        const times = { startMs: capturedAtMs, endMs: null, startPtsUs: ptsUs };
        this.started.push({ row: { id: eventId, ...about, ...times, snapshotPath: null }, picture });
      }
    }
  }

  private count(fate: FrameFate): void {
    this.state = { ...this.state, counts: counted(this.state.counts, fate) };
  }

  private progress(ended: boolean): void {
    const { captured, dropped } = this.state.counts;
    if (ended || captured % PROGRESS_FRAMES === 0) this.video = { framesDone: captured, dropped };
  }

  private update(
    at: LastFrame,
    news: { tracks: readonly TrackedPose[]; analysed: boolean; ended?: boolean; ran?: WhatRan },
  ): void {
    const { cameraId, nowMs } = this.context;
    const { seq, ptsUs, capturedAtMs, traceId, source } = at;
    const { tracks, analysed, ended = false, ran } = news;
    this.updates.push({
      ...{ type: 'tracks.updated', v: 1, cameraId, epoch: this.state.epoch, seq, ptsUs, capturedAtMs, traceId, source },
      ...{ analysed, ended, counts: this.state.counts, latencyMs: nowMs - capturedAtMs },
      provider: ran?.provider ?? null,
      ...(ran === undefined ? {} : { profile: ran.profile, modelId: ran.modelId }),
      // Smoothed joints are drawn; stored segments hold the observed joints and the filtered box.
      tracks: tracks.map(({ trackNo, box, score, smoothed }) => ({
        ...{ trackNo, box: [...box], score, keypoints: [...smoothed] },
        alarms: alarmsOf(this.state.behavior, trackNo),
      })),
    });
  }
}
