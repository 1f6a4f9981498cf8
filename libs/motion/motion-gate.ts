import type { FrameSample, SampleGrid } from './frame-sample.js';

/**
 * Decides frame by frame whether a stream is worth analysing: `still` means that nothing has changed since the newest frame known to be
 * analysed, so that its poses hold for this frame too. All that is unknown counts as movement. See docs/decisions/0004-motion-gate.md.
 */
export interface MotionGateState {
  /** Of the newest frame that is known to be analysed; null before the first. */
  readonly reference: FrameSample | null;
  /** People found in it; null where nobody said. */
  readonly people: number | null;
  /** Media time of the newest change, microseconds. */
  readonly changedUs: number;
  /** Media time of the newest frame given to analysis, microseconds. */
  readonly givenUs: number;
  /** Given to analysis and not answered yet, ascending. */
  readonly owed: readonly OwedFrame[];
}

interface OwedFrame {
  readonly seq: number;
  readonly sample: FrameSample;
  readonly changed: boolean;
}

/** A frame to decide about; `seq` and `ptsUs` grow. */
export interface GateFrame {
  readonly seq: number;
  readonly ptsUs: number;
  readonly sample: FrameSample;
}

/** Media times, microseconds. */
export interface MotionGateSettings {
  /** A still scene is analysed this often all the same. */
  readonly heartbeatUs: number;
  /** Analysis goes on for so long after the last change. */
  readonly holdUs: number;
}

/** What is known of frames up to `seq`. */
export interface GateAnswer {
  readonly seq: number;
  /** True: frame `seq` itself was analysed. */
  readonly analysed: boolean;
  /** People found in frame `seq`; null where that is not told. */
  readonly people: number | null;
}

/** Without answers for so long, older ones are forgotten; the newest keep the gate open. */
const MOST_OWED = 64;

/** The state before the first frame of an epoch. */
export function emptyMotionGate(): MotionGateState {
  return {
    reference: null,
    people: null,
    changedUs: Number.NEGATIVE_INFINITY,
    givenUs: Number.NEGATIVE_INFINITY,
    owed: [],
  };
}

/** One frame further. `isStill` false: the frame is to be analysed, and `gateAnswered` to be called once that is done. */
export function motionGateStep(
  state: MotionGateState,
  frame: GateFrame,
  about: { readonly grid: SampleGrid; readonly settings: MotionGateSettings },
): { readonly state: MotionGateState; readonly isStill: boolean } {
  const { seq, ptsUs, sample } = frame;
  const { heartbeatUs, holdUs } = about.settings;
  const changed = state.reference === null || hasChanged(state.reference, sample, about.grid);
  const isHeld = ptsUs - state.changedUs < holdUs || state.owed.some((owed) => owed.changed);
  if (!changed && !isHeld && ptsUs - state.givenUs < heartbeatUs) return { state, isStill: true };
  const owed = [...state.owed, { seq, sample, changed }].slice(-MOST_OWED);
  return { state: { ...state, owed, givenUs: ptsUs, changedUs: changed ? ptsUs : state.changedUs }, isStill: false };
}

/**
 * The fate of frames up to `seq` is known. An analysed one becomes what later frames are compared with. One that shows another number
 * of people than the one before counts as a change: a detector that wavers is to be asked again soon, not at the next heartbeat.
 */
export function gateAnswered(state: MotionGateState, { seq, analysed, people }: GateAnswer): MotionGateState {
  const answered = analysed ? state.owed.find((owed) => owed.seq === seq) : undefined;
  const owed = state.owed.filter((each) => each.seq > seq);
  if (answered === undefined) return owed.length === state.owed.length ? state : { ...state, owed };
  const wavers = people !== null && state.people !== null && people !== state.people;
  return {
    ...state,
    ...{ owed, people, reference: answered.sample },
    changedUs: wavers ? state.givenUs : state.changedUs,
  };
}

/**
 * Tuned with still clips that FFmpeg made of real pictures (300 frames each, sensor noise of ±4 to ±30 levels, H.264 at 300 to 2000 kbit/s
 * with a key frame every 2 s): the largest change of two by two cells was 2.4 to 13.4 levels, at most 4.4 median deviations where above
 * 6 levels. In six clips with people who walk it was above 17 levels in 95 % of the frames compared (2026-11-21, 10 frames/s, reference
 * up to 2 s old). What comes of it: docs/measurements.md, "Motion gate".
 */
const FLOOR_LEVELS = 7;
const NOISE_FACTOR = 5;
/** More noise than sensors have, or more light than a cloud takes: the picture is another one. */
const MOST_NOISE_LEVELS = 4;
const MOST_LIGHT_LEVELS = 16;

/** True when any two by two cells differ by more than light and noise explain. About 0.1 ms. */
export function hasChanged(reference: FrameSample, sample: FrameSample, { columns, rows }: SampleGrid): boolean {
  const change = new Float32Array(sample.length);
  for (let cell = 0; cell < change.length; cell++) change[cell] = sample[cell] - reference[cell];
  const light = median(change);
  for (let cell = 0; cell < change.length; cell++) change[cell] -= light;
  const noise = median(change.map(Math.abs));
  if (noise > MOST_NOISE_LEVELS || Math.abs(light) > MOST_LIGHT_LEVELS) return true;
  const least = 4 * Math.max(FLOOR_LEVELS, NOISE_FACTOR * noise);
  for (let row = 0; row + 1 < rows; row++)
    for (let at = row * columns; at + 1 < (row + 1) * columns; at++)
      if (Math.abs(change[at] + change[at + 1] + change[at + columns] + change[at + columns + 1]) > least) return true;
  return false;
}

function median(values: Float32Array): number {
  return values.toSorted()[values.length >> 1];
}
