import { isDeepStrictEqual } from 'node:util';
import { seededRandom } from '#base/random.js';
import type { Pose } from '#pose/pose.js';
import { crowd, walkScene, type SceneFrame, type Walker } from '#testing/scenes.js';
import { poseTrackerStep, type TrackedPose } from './pose-tracker.js';
import { trackerSettings } from './tracker-settings.js';
import { emptyTrackerState, liveTrackNos, type TrackerState } from './tracker-state.js';

const settings = trackerSettings.fast;

interface Tracked {
  readonly tracks: readonly TrackedPose[];
  readonly ended: readonly number[];
  readonly state: TrackerState;
}

function run(frames: readonly Pick<SceneFrame, 'ptsUs' | 'poses'>[]): Tracked[] {
  let state = emptyTrackerState();
  return frames.map((frame) => {
    const step = poseTrackerStep(state, frame, settings);
    state = step.state;
    return step;
  });
}

/** The track numbers that each walker had, in order of first use. */
function numbersOf(frames: readonly SceneFrame[]): number[][] {
  const numbers: number[][] = [];
  run(frames).forEach(({ tracks }, at) => {
    for (const track of tracks) {
      const index = frames[at].poses.findIndex((pose) => pose.keypoints === track.keypoints);
      const known = (numbers[frames[at].people[index]] ??= []);
      if (!known.includes(track.trackNo)) known.push(track.trackNo);
    }
  });
  return numbers;
}

const walker = (x: number, speed: number, more: Partial<Walker> = {}): Walker => ({
  from: { x, y: 500 },
  velocity: { x: speed, y: 0 },
  heightPx: 120,
  ...more,
});
/** A little nearer to the camera: when they cross, even their places tell them apart. */
const other = (x: number, speed: number, more: Partial<Walker> = {}) =>
  walker(x, speed, { from: { x, y: 530 }, ...more });
const random = () => seededRandom(77);
const pose = (x: number, score: number): Pose => ({
  box: [x, 400, x + 40, 500],
  score,
  keypoints: Array<number>(51).fill(0),
});
const frameAt = (seconds: number, ...poses: Pose[]) => ({ ptsUs: Math.round(seconds * 1e6), poses });

describe('pose tracker keeps identities', () => {
  const noisy = { seconds: 8, fps: 10, noise: 0.02, random: random() };
  it.each([
    { name: 'one walker', people: [walker(100, 90)], options: noisy },
    { name: 'two who walk side by side', people: [walker(100, 90), walker(160, 90)], options: noisy },
    {
      name: 'two who cross',
      people: [walker(100, 90), walker(800, -90, { from: { x: 800, y: 510 } })],
      options: noisy,
    },
    {
      name: 'two who cross while one hides the other',
      people: [walker(100, 90), walker(800, -90, { from: { x: 800, y: 520 }, hiddenSec: [[3.6, 4.2]] })],
      options: noisy,
    },
    { name: 'somebody hidden for one second', people: [walker(100, 90, { hiddenSec: [[3, 4]] })], options: noisy },
    {
      name: 'somebody who stands, hidden for 1.8 seconds',
      people: [walker(100, 0, { hiddenSec: [[3, 4.8]] })],
      options: noisy,
    },
    { name: 'a runner at 7 frames a second', people: [walker(0, 360)], options: { ...noisy, seconds: 4, fps: 7 } },
    {
      name: 'walkers at 2 frames a second',
      people: [walker(100, 90), other(900, -90)],
      options: { ...noisy, fps: 2 },
    },
    {
      name: 'walkers at 30 frames a second',
      people: [walker(100, 90), other(900, -90)],
      options: { ...noisy, fps: 30 },
    },
    {
      name: 'walkers at irregular times',
      people: [walker(100, 90), other(900, -90)],
      options: { ...noisy, jitter: 0.9 },
    },
    {
      name: 'walkers of whom every fifth pose is missing',
      people: [walker(100, 90), other(900, -90), walker(500, 40)],
      options: { ...noisy, missing: 0.2 },
    },
    { name: 'weak poses', people: [walker(100, 90, { score: 0.32 }), other(900, -90)], options: noisy },
  ])('of $name', ({ people, options }) => {
    const numbers = numbersOf(walkScene(people, { ...options, random: random() }));
    expect(numbers).toHaveLength(people.length);
    expect(numbers.map((known) => known.length)).toEqual(people.map(() => 1));
    expect(new Set(numbers.flat()).size).toBe(people.length);
  });
});

describe('pose tracker life-cycle', () => {
  it('confirms a strong pose at once and numbers tracks from 1', () => {
    const [{ tracks }] = run([frameAt(0, pose(0, 0.9), pose(200, 0.8))]);
    expect(tracks.map(({ trackNo, confirmed }) => [trackNo, confirmed])).toEqual([[1, true], [2, true]]); // prettier-ignore
  });

  it('confirms a weaker pose at its second observation', () => {
    const steps = run([frameAt(0, pose(0, 0.35)), frameAt(0.1, pose(2, 0.35))]);
    expect(steps.map(({ tracks }) => tracks[0].confirmed)).toEqual([false, true]);
  });

  it('starts no track from a weak pose, but goes on with one', () => {
    expect(run([frameAt(0, pose(0, 0.2))])[0].tracks).toEqual([]);
    const steps = run([frameAt(0, pose(0, 0.9)), frameAt(0.1, pose(2, 0.2))]);
    expect(steps[1].tracks.map(({ trackNo }) => trackNo)).toEqual([1]);
  });

  it('gives up an unconfirmed track soon, and says so', () => {
    const steps = run([frameAt(0, pose(0, 0.35)), frameAt(1), frameAt(1.1)]);
    expect(steps.map(({ ended }) => ended)).toEqual([[], [], [1]]);
  });

  it('gives up a confirmed track after maxLostSec, exactly once', () => {
    const steps = run([frameAt(0, pose(0, 0.9)), frameAt(1), frameAt(3), frameAt(3.1), frameAt(3.2)]);
    expect(steps.map(({ ended }) => ended)).toEqual([[], [], [], [1], []]);
    expect(liveTrackNos(steps[2].state)).toEqual([1]);
    expect(liveTrackNos(steps[3].state)).toEqual([]);
  });

  it('never uses a number twice', () => {
    const steps = run([frameAt(0, pose(0, 0.9)), frameAt(10, pose(0, 0.9)), frameAt(20, pose(0, 0.9))]);
    expect(steps.map(({ tracks }) => tracks[0].trackNo)).toEqual([1, 2, 3]);
  });

  it('shows each person once', () => {
    const steps = run([frameAt(0, pose(0, 0.9), pose(2, 0.7)), frameAt(0.1, pose(1, 0.8), pose(3, 0.8))]);
    expect(steps.map(({ tracks }) => tracks.map(({ trackNo }) => trackNo))).toEqual([[1], [1]]);
  });

  it('survives equal and backward time stamps', () => {
    const steps = run([frameAt(1, pose(0, 0.9)), frameAt(1, pose(1, 0.9)), frameAt(0.5, pose(2, 0.9))]);
    expect(steps.map(({ tracks }) => tracks.map(({ trackNo }) => trackNo))).toEqual([[1], [1], [1]]);
    expect(steps[2].state.tracks[0].lastUs).toBe(1e6);
    expect(JSON.parse(JSON.stringify(steps[2].state))).toEqual(steps[2].state);
  });

  it('keeps the observed pose untouched beside the smoothed one', () => {
    const [frame] = walkScene([walker(100, 90)], { seconds: 0.1, fps: 10, random: random(), noise: 0.02 });
    const [{ tracks }] = run([frame]);
    const { box, keypoints, score } = frame.poses[0];
    expect(tracks[0]).toMatchObject({ observedBox: box, keypoints, score });
    expect(tracks[0].smoothed).toHaveLength(51);
  });

  it('smooths joints: still people shake less than their poses', () => {
    const frames = walkScene([walker(300, 0)], { seconds: 6, fps: 10, random: random(), noise: 0.03 });
    const steps = run(frames).slice(10);
    const shake = (of: (track: TrackedPose) => readonly number[]) =>
      steps.slice(1).reduce((sum, { tracks }, at) => sum + Math.abs(of(tracks[0])[0] - of(steps[at].tracks[0])[0]), 0);
    expect(shake((track) => track.smoothed)).toBeLessThan(0.75 * shake((track) => track.keypoints));
  });
});

describe('pose tracker state', () => {
  const frames = walkScene(crowd(20, seededRandom(5)), {
    seconds: 6,
    fps: 10,
    random: random(),
    noise: 0.03,
    missing: 0.1,
    jitter: 0.5,
  });

  it('is the same through JSON at every step, and so are the results', () => {
    let state = emptyTrackerState();
    let throughJson = emptyTrackerState();
    for (const frame of frames) {
      const step = poseTrackerStep(state, frame, settings);
      const copy = poseTrackerStep(throughJson, frame, settings);
      expect(isDeepStrictEqual(copy, step)).toBe(true);
      state = step.state;
      throughJson = JSON.parse(JSON.stringify(copy.state)) as TrackerState;
      expect(isDeepStrictEqual(throughJson, state)).toBe(true);
    }
  });

  it('is not changed by a step', () => {
    const { state } = run(frames.slice(0, 20))[19];
    const before = JSON.stringify(state);
    poseTrackerStep(state, frames[20], settings);
    expect(JSON.stringify(state)).toBe(before);
  });

  it('takes at most 1.5 kB of JSON for a track', () => {
    const sizes = run(frames).flatMap(({ state }) => state.tracks.map((track) => JSON.stringify(track).length));
    expect(Math.max(...sizes)).toBeLessThan(1500);
  });
});
