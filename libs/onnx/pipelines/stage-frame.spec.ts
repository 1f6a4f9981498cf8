import type { Pose } from '#pose/pose.js';
import { finished } from './stage-frame.js';

const size = { widthPx: 64, heightPx: 48 };
const frame = { pixels: new Uint8Array(64 * 48 * 3), analysis: size, source: size };
const pose = (change: Partial<Pose>): Pose => ({
  box: [1, 2, 30, 40],
  score: 0.5,
  keypoints: new Array<number>(51).fill(3),
  ...change,
});
const withOne = (value: number): number[] => [...new Array<number>(50).fill(0), value];

describe('finished', () => {
  it.each<[string, Partial<Pose>, string]>([
    ['a score', { score: Number.NaN }, 'The models give joints whose place is no number'],
    ['a joint in the picture', { keypoints: withOne(Number.NaN) }, 'The models give joints whose place is no number'],
    ['a joint far away', { keypoints: withOne(Infinity) }, 'The models give joints whose place is no number'],
    [
      'a joint in metres',
      { joints3d: withOne(Number.NaN) },
      'The models give joints whose place in metres is no number',
    ],
    ['endless metres', { joints3d: withOne(-Infinity) }, 'The models give joints whose place in metres is no number'],
  ])('refuses %s that is no number, with an error that puts the pipeline aside', (_, change, message) => {
    expect(() => finished([pose({}), pose(change)], frame)).toThrow(message);
  });

  it('lets people pass with joints in metres and without', () => {
    const people = finished(
      [pose({ joints3d: withOne(1) }), pose({ box: [40, 2, 60, 40], keypoints: withOne(40) })],
      frame,
    );
    expect(people.map(({ joints3d }) => joints3d?.length)).toEqual([51, undefined]);
  });
});
