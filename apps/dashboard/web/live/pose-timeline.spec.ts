import type { TrackedPoseMessage } from '#contracts/tracks-updated.js';
import { PoseTimeline } from './pose-timeline.js';

function pose(trackNo: number, x: number): TrackedPoseMessage {
  return {
    trackNo,
    alarms: [],
    score: 0.5,
    box: [x, 0, x + 10, 20],
    keypoints: Array.from({ length: 51 }, (_, i) => (i % 3 === 0 ? x : 1)),
  };
}

function timeline(...frames: readonly (readonly [ptsUs: number, ...poses: TrackedPoseMessage[]])[]): PoseTimeline {
  const made = new PoseTimeline(100);
  for (const [ptsUs, ...poses] of frames) made.add({ ptsUs, poses });
  return made;
}

describe('PoseTimeline', () => {
  const two = timeline([1_000_000, pose(1, 0)], [1_100_000, pose(1, 100)]);

  it.each([
    ['its very own poses to an analysed picture', 1_100_000, 'exact', 100],
    ['the same to one whose PTS was rounded by a container', 1_098_900, 'exact', 100],
    ['poses half way to a picture half way', 1_050_000, 'between', 50],
    ['the newest poses to a picture just after them', 1_200_000, 'held', 100],
  ])('gives %s', (_, ptsUs, kind, x) => {
    const found = two.at(ptsUs);
    expect(found.kind).toBe(kind);
    expect(found.poses[0].box[0]).toBeCloseTo(x);
    expect(found.poses[0].keypoints[0]).toBeCloseTo(x);
  });

  it.each([
    ['before the first analysed frame', 900_000],
    ['long after the last one', 1_400_000],
  ])('knows nothing %s', (_, ptsUs) => {
    expect(two.at(ptsUs)).toEqual({ kind: 'none', poses: [] });
  });

  it('does not bridge a gap of more than half a second', () => {
    const sparse = timeline([0, pose(1, 0)], [600_000, pose(1, 100)]);
    expect(sparse.at(300_000).kind).toBe('none');
    expect(sparse.at(200_000)).toMatchObject({ kind: 'held', poses: [{ box: [0, 0, 10, 20] }] });
  });

  it('places only tracks that both neighbours know', () => {
    const found = timeline([0, pose(1, 0), pose(2, 0)], [100_000, pose(2, 10), pose(3, 0)]).at(50_000);
    expect(found.poses.map((p) => p.trackNo)).toEqual([2]);
  });

  it('does not care in which order frames arrive, and takes a repeated one once', () => {
    const mixed = timeline([200_000, pose(1, 20)], [0, pose(1, 0)], [100_000, pose(1, 10)], [100_000, pose(1, 11)]);
    expect(mixed.between(0, 200_000).map((frame) => frame.poses[0].box[0])).toEqual([0, 11, 20]);
    expect(mixed.newestPtsUs).toBe(200_000);
  });

  it('forgets the oldest frames beyond its capacity', () => {
    const small = new PoseTimeline(2);
    for (const ptsUs of [0, 100_000, 200_000]) small.add({ ptsUs, poses: [pose(1, ptsUs)] });
    expect(small.at(0).kind).toBe('none');
    expect(small.between(0, 1_000_000)).toHaveLength(2);
  });
});
