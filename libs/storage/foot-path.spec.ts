import { seededRandom } from '#base/random.js';
import { storedWalk } from '#testing/stored-tracks.js';
import { footPathOf, packFootPath, unpackFootPath } from './foot-path.js';
import { decodeSegment } from './segment-codec.js';

const SEED = 20_261_121;

const walk = {
  cameraId: 'cam_a',
  epoch: 1,
  trackNo: 1,
  startMs: 1_800_000_000_000,
  from: [-40, 300],
  together: 1,
} as const;

it.each([
  ['a walk out of the picture', { seconds: 6, to: [2500, 1200], heightPx: 160, posture: 'standing' }],
  ['somebody who lies', { seconds: 2, to: [-40, 300], heightPx: 90.7, posture: 'lying' }],
  ['a single pose', { seconds: 0, to: [0, 0], heightPx: 10, posture: 'standing' }],
] as const)('%s comes back exactly', (_, shape) => {
  const { segments } = storedWalk({ ...walk, ...shape }, seededRandom(SEED));
  for (const { packed } of segments) {
    const path = footPathOf(decodeSegment(packed), 0.2);
    const bytes = packFootPath(path);
    expect(unpackFootPath(bytes)).toEqual(path);
    expect(bytes.length).toBeLessThanOrEqual(9 * path.length + 12);
  }
});

it('of no pose at all is empty', () => {
  expect(unpackFootPath(packFootPath([]))).toEqual([]);
});

it('that is cut is refused', () => {
  const { segments } = storedWalk(
    { ...walk, seconds: 2, to: [90, 90], heightPx: 80, posture: 'standing' },
    seededRandom(1),
  );
  const bytes = packFootPath(footPathOf(decodeSegment(segments[0].packed), 0.2));
  expect(() => unpackFootPath(bytes.subarray(0, bytes.length - 1))).toThrow(
    expect.objectContaining({ kind: 'data-loss' }) as Error,
  );
});
