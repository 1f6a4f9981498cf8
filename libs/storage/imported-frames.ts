/** Frames of an imported file as tracked poses: its own ids, or those that the product's tracker finds. */
import type { ImportedFrame, ImportedPose, ImportedSequence } from '#evaluation/imports/imported-sequence.js';
import { GivenTracks, type GivenPose } from '#tracking/given-tracks.js';
import { poseTrackerStep, type TrackedPose } from '#tracking/pose-tracker.js';
import { trackerSettings } from '#tracking/tracker-settings.js';
import { emptyTrackerState, liveTrackNos } from '#tracking/tracker-state.js';

/** Who has which number: as in the file, found by the tracker, or everybody once (unrelated pictures). */
export type Linking = 'given' | 'tracker' | 'none';

/** One frame. `ended`: tracks that do not come again. */
export interface TrackedFrame {
  readonly frame: number;
  /** Media time, microseconds. */
  readonly ptsUs: number;
  readonly tracks: readonly TrackedPose[];
  readonly ended: readonly number[];
}

const settings = trackerSettings.fast;

/** The frames of `sequence` in order. `ptsUsOf`: media time of a frame, growing with it. */
export function* trackedFrames(
  sequence: ImportedSequence,
  linking: Linking,
  ptsUsOf: (frame: number) => number,
): Generator<TrackedFrame> {
  if (linking === 'tracker') yield* linkedFrames(sequence, ptsUsOf);
  else yield* givenFrames(linking === 'given' ? sequence.frames : numbered(sequence.frames), ptsUsOf);
}

/** Boxes stay as the file has them; the tracker's own are smoothed. */
function* linkedFrames(sequence: ImportedSequence, ptsUsOf: (frame: number) => number): Generator<TrackedFrame> {
  let state = emptyTrackerState();
  for (const { frame, poses } of sequence.frames) {
    const ptsUs = ptsUsOf(frame);
    const step = poseTrackerStep(state, { ptsUs, poses }, settings);
    state = step.state;
    const tracks = step.tracks.map((track) => ({ ...track, box: track.observedBox }));
    yield { frame, ptsUs, tracks, ended: step.ended };
  }
  const last = sequence.frames.at(-1)?.frame ?? 0;
  yield { frame: last, ptsUs: ptsUsOf(last), tracks: [], ended: liveTrackNos(state) };
}

function* givenFrames(frames: Iterable<ImportedFrame>, ptsUsOf: (frame: number) => number): Generator<TrackedFrame> {
  const known = [...frames];
  const lastOf = new Map<number | null, number>();
  for (const { frame, poses } of known) for (const { trackNo } of poses) lastOf.set(trackNo, frame);
  const measured = new GivenTracks(settings.jointScore);
  for (const { frame, poses } of known) {
    const ptsUs = ptsUsOf(frame);
    const given = poses.filter(isGiven);
    const tracks = measured.step(ptsUs, given);
    const ended = given.map(({ trackNo }) => trackNo).filter((trackNo) => lastOf.get(trackNo) === frame);
    for (const trackNo of ended) measured.end(trackNo);
    yield { frame, ptsUs, tracks, ended };
  }
}

function isGiven(pose: ImportedPose): pose is ImportedPose & GivenPose {
  return pose.trackNo !== null;
}

function* numbered(frames: readonly ImportedFrame[]): Generator<ImportedFrame> {
  let trackNo = 0;
  for (const { frame, poses } of frames) yield { frame, poses: poses.map((pose) => ({ ...pose, trackNo: ++trackNo })) };
}
