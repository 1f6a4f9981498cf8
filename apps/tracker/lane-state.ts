import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { AppError } from '#base/errors.js';
import { emptyBehaviorState, type BehaviorState } from '#behavior/behavior-step.js';
import type { BehaviorDetected } from '#contracts/behavior-detected.js';
import type { PosesEstimated } from '#contracts/poses-estimated.js';
import type { FrameCounts } from '#contracts/tracks-updated.js';
import { emptyReorderState, type ReorderState } from '#tracking/reorderer.js';
import { emptyTrackerState, type TrackerState } from '#tracking/tracker-state.js';
import type { OpenTrack } from '#storage/open-tracks.js';
import type { SeenFrame } from './seen-frame.js';

/** The newest frame that was done: what is written when an epoch ends without saying so. */
export type LastFrame = Pick<PosesEstimated, 'seq' | 'ptsUs' | 'capturedAtMs' | 'traceId' | 'source'>;

/** All that the tracker knows of one camera: plain JSON, stored with every frame. */
export interface LaneState {
  readonly epoch: number;
  readonly reorder: ReorderState<PosesEstimated>;
  readonly tracker: TrackerState;
  readonly behavior: BehaviorState;
  readonly open: readonly OpenTrack[];
  readonly counts: FrameCounts;
  /** Alerts of the newest step: published again by whoever reads this state next, since the last one may have died before. */
  readonly outbox: readonly BehaviorDetected[];
  /** Null before the first frame of the epoch. */
  readonly last: LastFrame | null;
  /** Null before the first analysed frame of the epoch, and after its end. */
  readonly seen: SeenFrame | null;
  /** The end before: frames from `nextSeq` on that still come are counted as late. */
  readonly previous: { readonly epoch: number; readonly nextSeq: number } | null;
}

/** First byte of a stored state: what the rest is. */
const DEFLATED = 1;
const PLAIN = 2;
/** Fast: the state is written with every frame and replaced at once. */
const LEVEL = 1;
/** JSON that PostgreSQL keeps in the row anyway (up to 2 kB) is not worth 0.2 ms of starting zlib: a camera that sees nobody. */
const MAX_PLAIN_BYTES = 1500;

/** The state before the first frame of an epoch. */
export function emptyLaneState(epoch: number): LaneState {
  return {
    epoch,
    reorder: emptyReorderState(),
    tracker: emptyTrackerState(),
    behavior: emptyBehaviorState(),
    open: [],
    counts: { captured: 0, analysed: 0, dropped: {} },
    outbox: [],
    last: null,
    seen: null,
    previous: null,
  };
}

/** A byte that says how, and JSON: deflated unless it is short. */
export function encodeLaneState(state: LaneState): Uint8Array<ArrayBuffer> {
  const json = Buffer.from(JSON.stringify(state));
  const isShort = json.length <= MAX_PLAIN_BYTES;
  const packed = isShort ? json : deflateRawSync(json, { level: LEVEL });
  const bytes = new Uint8Array(1 + packed.length);
  bytes[0] = isShort ? PLAIN : DEFLATED;
  bytes.set(packed, 1);
  return bytes;
}

/** Undoes `encodeLaneState`. @throws AppError `data-loss` when the bytes are of a kind that this version does not know. */
export function decodeLaneState(bytes: Uint8Array): LaneState {
  // Only `encodeLaneState` writes it; before there were still frames, without `seen`.
  const state = JSON.parse(jsonOf(bytes).toString()) as Omit<LaneState, 'seen'> & Partial<LaneState>;
  return { ...state, seen: state.seen ?? null };
}

function jsonOf(bytes: Uint8Array): Buffer {
  const kind = bytes.at(0);
  const packed = bytes.subarray(1);
  if (kind === DEFLATED) return inflateRawSync(packed);
  if (kind === PLAIN) return Buffer.from(packed);
  throw new AppError('data-loss', `A tracker checkpoint is of kind ${kind}, which this version does not know.`);
}
