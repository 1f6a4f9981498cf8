import { seededRandom } from '#base/random.js';
import { uprightPose } from '#testing/scenes.js';
import {
  candidate,
  lastSeenLikeness,
  mayContinue,
  motionLikeness,
  placeLikeness,
  returnLikeness,
} from './association-cost.js';
import { startJoints } from './joints.js';
import { startKalmanBox } from './kalman-box.js';
import type { TrackState } from './tracker-state.js';

const JOINT_SCORE = 0.2;
const poseAt = (x: number, heightPx = 100) =>
  uprightPose({ foot: { x, y: 400 }, heightPx, strideRad: 0, score: 0.9, noise: 0 }, seededRandom(1));
const withoutJoints = (x: number) => ({ ...poseAt(x), keypoints: Array<number>(51).fill(0) });

/** A track last seen at x = 200 at time 0 that moves by `speed` px/s. */
function trackAt(speed: number): TrackState {
  const pose = poseAt(200);
  const filter = startKalmanBox(pose.box);
  const mean = filter.mean.map((value, at) => (at === 4 ? speed : value));
  const joints = startJoints(pose.keypoints);
  return {
    no: 1,
    confirmed: true,
    hits: 9,
    lastUs: 0,
    box: pose.box,
    filter: { ...filter, mean },
    joints,
    history: [],
  };
}

const after = (seconds: number, speed = 0) => candidate(trackAt(speed), seconds * 1e6, 0);

describe('association cost', () => {
  it('is certain of the same pose, with and without joints', () => {
    expect(motionLikeness(after(0.1), poseAt(200), JOINT_SCORE)).toBeGreaterThan(0.97);
    expect(motionLikeness(after(0.1), withoutJoints(200), JOINT_SCORE)).toBeGreaterThan(0.97);
  });

  it('falls with the distance from where the person is expected', () => {
    const found = [200, 206, 215, 230, 300].map((x) => motionLikeness(after(0.1), poseAt(x), JOINT_SCORE));
    expect(found).toEqual(found.toSorted((a, b) => b - a));
    expect(found.at(-1)).toBe(0);
  });

  it('expects a moving person further on, and remembers where they were', () => {
    const from = after(0.5, 100);
    expect(motionLikeness(from, poseAt(246), JOINT_SCORE)).toBeGreaterThan(0.9);
    expect(motionLikeness(from, poseAt(200), JOINT_SCORE)).toBeLessThan(0.4);
    expect(lastSeenLikeness(from, poseAt(200), JOINT_SCORE)).toBeGreaterThan(0.95);
  });

  it('tells two people with the same box apart by their joints', () => {
    const other = { ...poseAt(200), keypoints: poseAt(220).keypoints };
    expect(motionLikeness(after(0.1), other, JOINT_SCORE)).toBeLessThan(0.8);
  });

  it('grows more lenient with the time that passed', () => {
    const likenessAfter = (seconds: number) => motionLikeness(after(seconds), poseAt(225), JOINT_SCORE);
    expect(likenessAfter(1)).toBeGreaterThan(likenessAfter(0.1));
    expect(placeLikeness(after(0.1), poseAt(300))).toBe(0);
    expect(placeLikeness(after(0.5), poseAt(300))).toBeGreaterThan(0.2);
  });

  it('finds impossible what is far too tall or far too short', () => {
    expect(motionLikeness(after(1), poseAt(200, 230), JOINT_SCORE)).toBe(0);
    expect(placeLikeness(after(1), poseAt(200, 40))).toBe(0);
  });

  it('takes who returns for the same person near where they were and as tall, and for somebody else otherwise', () => {
    const lost = candidate(trackAt(0), 1.5e6, 1.4e6);
    expect(lost.wasLost).toBe(true);
    expect([poseAt(200), poseAt(230), poseAt(200, 105)].map((pose) => mayContinue(lost, pose))).toEqual([
      true,
      true,
      true,
    ]);
    expect([poseAt(290), poseAt(200, 150)].map((pose) => mayContinue(lost, pose))).toEqual([false, false]);
    expect(returnLikeness(lost, poseAt(230))).toBeLessThan(returnLikeness(lost, poseAt(200)));
  });

  it('expects who walked on while hidden where they are by now, and takes who stands where they vanished for somebody else', () => {
    const lost = candidate(trackAt(100), 1e6, 0.9e6);
    expect(mayContinue(lost, poseAt(285))).toBe(true);
    expect(mayContinue(lost, poseAt(200))).toBe(false);
  });

  it('asks nothing of that kind of who was seen a frame ago', () => {
    expect(after(0.1).wasLost).toBe(false);
    expect(mayContinue(after(0.1), poseAt(200, 150))).toBe(true);
  });
});
