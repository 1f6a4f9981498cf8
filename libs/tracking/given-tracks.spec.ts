import { GivenTracks } from './given-tracks.js';
import { poseTrackerStep } from './pose-tracker.js';
import { trackerSettings } from './tracker-settings.js';
import { emptyTrackerState, type TrackerState } from './tracker-state.js';

const noJoints = new Array<number>(51).fill(0);
const FRAME_US = 100_000;
const SPEED_PX = 10;

/** A box of 100 px height that walks 10 px a frame: one body height a second. */
const walking = (frame: number) => ({
  box: [frame * SPEED_PX, 0, frame * SPEED_PX + 40, 100] as const,
  score: 1,
  keypoints: noJoints,
});

describe('tracks that were linked before', () => {
  it('are measured as the tracker measures its own', () => {
    const given = new GivenTracks(0.2);
    let state: TrackerState = emptyTrackerState();
    for (let frame = 0; frame < 20; frame++) {
      const ptsUs = frame * FRAME_US;
      const [known] = given.step(ptsUs, [{ ...walking(frame), trackNo: 7 }]);
      const linked = poseTrackerStep(state, { ptsUs, poses: [walking(frame)] }, trackerSettings.fast);
      state = linked.state;
      expect(known.measures.speedHeightsPerSec).toBe(linked.tracks[0].measures.speedHeightsPerSec);
      expect(known.measures.headingRad).toBe(linked.tracks[0].measures.headingRad);
    }
    expect(given.step(20 * FRAME_US, [{ ...walking(20), trackNo: 7 }])[0].measures.speedHeightsPerSec).toBeCloseTo(1);
  });

  it('keep the id, box and joints they came with', () => {
    const pose = { ...walking(3), trackNo: 0 };
    expect(new GivenTracks(0.2).step(0, [pose])).toMatchObject([{ ...pose, confirmed: true, smoothed: noJoints }]);
  });

  it('start anew once they ended', () => {
    const given = new GivenTracks(0.2);
    for (let frame = 0; frame < 10; frame++) given.step(frame * FRAME_US, [{ ...walking(frame), trackNo: 7 }]);
    given.end(7);
    const [again] = given.step(10 * FRAME_US, [{ ...walking(10), trackNo: 7 }]);
    expect(again.measures.speedHeightsPerSec).toBeNull();
  });
});
