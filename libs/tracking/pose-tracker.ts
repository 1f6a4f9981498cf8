import type { Box } from '#geometry/box.js';
import type { Pose } from '#pose/pose.js';
import { candidate, type Candidate } from './association-cost.js';
import { distinctPoses, isPartOf } from './duplicates.js';
import { smoothedKeypoints, startJoints, stepJoints } from './joints.js';
import { correctKalmanBox, kalmanBoxToBox, predictKalmanBox, startKalmanBox } from './kalman-box.js';
import { matchInRounds } from './matching.js';
import { measureStep, type TrackMeasures } from './measures.js';
import { roundTo } from './round.js';
import type { TrackerSettings } from './tracker-settings.js';
import type { TrackerState, TrackState } from './tracker-state.js';

/**
 * Links poses of one camera over time. Each frame: leave out duplicates, bring the tracks forward, match them with the poses, go on with
 * what matched, start tracks from good poses that did not, end tracks that were lost for too long. Sources: see matching.ts; PoseTrack
 * practice for OKS. Deviations: real time instead of frame counts, no appearance.
 */
export interface PoseFrame {
  /** Media time, microseconds. */
  readonly ptsUs: number;
  readonly poses: readonly Pose[];
}

/** A pose of this frame with the identity of its person. `keypoints` and `score` are as observed, `box` is smoothed over time. */
export interface TrackedPose extends Pose {
  /** Unique in the life of a state (camera, epoch), from 1. */
  readonly trackNo: number;
  /** False while the track may still turn out to be a false detection: keep such poses back, and drop them if it ends so. */
  readonly confirmed: boolean;
  /** [17 × 3] as `keypoints`, with x and y smoothed over time. */
  readonly smoothed: readonly number[];
  readonly observedBox: Box;
  readonly measures: TrackMeasures;
}

/** What one frame led to. `tracks`: those seen in it, by number. `ended`: those given up with it, confirmed or not. */
export interface TrackerStep {
  readonly state: TrackerState;
  readonly tracks: readonly TrackedPose[];
  readonly ended: readonly number[];
}

/** A track that goes on, with what it shows in this frame. */
interface Continued {
  readonly track: TrackState;
  readonly shown: TrackedPose;
}

const CONFIRMING_HITS = 2;

/**
 * One frame further. Frames come in capture order, at any rate and with any gap; frames that were not analysed are simply not
 * given. Deterministic; the state may go through JSON at any point. Distances of all n² pairs, joints of near ones; see `bench tracker`.
 */
export function poseTrackerStep(state: TrackerState, frame: PoseFrame, settings: TrackerSettings): TrackerStep {
  const poses = distinctPoses(frame.poses, settings.lowScore);
  const isOver = ({ gapSec, track }: Candidate) =>
    gapSec > (track.confirmed ? settings.maxLostSec : settings.maxTentativeSec);
  const all = state.tracks.map((track) => candidate(track, frame.ptsUs, state.frameUs));
  const candidates = all.filter((from) => !isOver(from));
  const poseOf = matchInRounds(candidates, poses, settings);
  const continued = candidates.flatMap((from, index) =>
    poseOf[index] === -1 ? [] : [goOn(from, { pose: poses[poseOf[index]], ptsUs: frame.ptsUs }, settings)],
  );
  const unseen = candidates.filter((_, index) => poseOf[index] === -1).map(({ track }) => track);
  const taken = new Set(poseOf);
  const free = poses.filter((_, index) => !taken.has(index));
  const born = startTracks(free, { continued, ptsUs: frame.ptsUs, nextNo: state.nextNo }, settings);
  const seen = [...continued, ...born];
  const tracks = [...seen.map(({ track }) => track), ...unseen].toSorted((a, b) => a.no - b.no);
  return {
    state: { nextNo: state.nextNo + born.length, tracks, frameUs: frame.ptsUs },
    tracks: seen.map(({ shown }) => shown),
    ended: all.filter(isOver).map(({ track }) => track.no),
  };
}

function goOn(
  from: Candidate,
  seen: { readonly pose: Pose; readonly ptsUs: number },
  settings: TrackerSettings,
): Continued {
  const { track } = from;
  const { pose } = seen;
  const filter = correctKalmanBox(predictKalmanBox(track.filter, from.gapSec), pose.box);
  const joints = stepJoints(track.joints, {
    keypoints: pose.keypoints,
    dtSec: Math.max(1e-3, from.gapSec),
    shift: { x: filter.mean[0] - track.filter.mean[0], y: filter.mean[1] - track.filter.mean[1] },
    heightPx: filter.mean[3],
    minScore: settings.jointScore,
  });
  const hits = track.hits + 1;
  const confirmed = track.confirmed || hits >= CONFIRMING_HITS || pose.score >= settings.confirmScore;
  const lastUs = Math.max(track.lastUs, seen.ptsUs);
  return show({ ...track, confirmed, hits, lastUs, box: stored(pose), filter, joints }, { pose, track }, settings);
}

function startTracks(
  free: readonly Pose[],
  at: { readonly continued: readonly Continued[]; readonly ptsUs: number; readonly nextNo: number },
  settings: TrackerSettings,
): Continued[] {
  const isNew = (pose: Pose) =>
    pose.score >= settings.newTrackScore &&
    !at.continued.some(({ shown }) => isPartOf(pose, { ...shown, box: shown.observedBox }, settings.jointScore));
  return free.filter(isNew).map((pose, index) => {
    const track: TrackState = {
      no: at.nextNo + index,
      confirmed: pose.score >= settings.confirmScore,
      hits: 1,
      lastUs: at.ptsUs,
      box: stored(pose),
      filter: startKalmanBox(pose.box),
      joints: startJoints(pose.keypoints),
      history: [],
    };
    return show(track, { pose, track }, settings);
  });
}

/** Measures an updated track. `before`: the same track before this observation. */
function show(
  updated: TrackState,
  observed: { readonly pose: Pose; readonly track: TrackState },
  settings: TrackerSettings,
): Continued {
  const { pose, track } = observed;
  const smoothed = smoothedKeypoints(updated.joints, pose.keypoints);
  const filteredBox = kalmanBoxToBox(updated.filter);
  const { history, measures } = measureStep({
    history: updated.history,
    sinceUs: updated.lastUs - track.lastUs,
    box: pose.box,
    filteredBox,
    keypoints: smoothed,
    jointScore: settings.jointScore,
  });
  const { no: trackNo, confirmed } = updated;
  return {
    track: { ...updated, history },
    shown: { ...pose, box: filteredBox, observedBox: pose.box, trackNo, confirmed, smoothed, measures },
  };
}

const stored = ({ box }: Pose): TrackState['box'] => [
  roundTo(box[0], 1),
  roundTo(box[1], 1),
  roundTo(box[2], 1),
  roundTo(box[3], 1),
];
