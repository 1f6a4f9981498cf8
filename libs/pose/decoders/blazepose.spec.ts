import { decodeBlazepose } from './blazepose.js';

/** The 39 landmarks of the real model: x = 1000 + n, y = 2000 + n, a depth, two logits. */
function outputs(logits: readonly [visibility: number, presence: number]) {
  const rows = Array.from({ length: 39 }, (_, n) => [1000 + n, 2000 + n, -7, ...logits]);
  const world = Float32Array.from({ length: 39 * 3 }, (_, at) => at / 4);
  return { landmarks: Float32Array.from(rows.flat()), world, presence: 0.75 };
}

describe('decodeBlazepose', () => {
  it('gives the 33 joints of the body in pixels and metres, without the helper points', () => {
    const found = decodeBlazepose(outputs([0, 0]));
    expect(found.score).toBe(0.75);
    expect(found.keypoints).toEqual(Array.from({ length: 33 }, (_, n) => [1000 + n, 2000 + n, 0.5]).flat());
    expect(found.world).toEqual(Array.from({ length: 99 }, (_, at) => at / 4));
  });

  it.each([
    { visibility: 0, presence: 9, score: 0.5 },
    { visibility: 9, presence: 0, score: 0.5 },
    { visibility: Math.log(3), presence: 9, score: 0.75 },
    { visibility: -20, presence: 20, score: 0 },
    { visibility: 20, presence: 20, score: 1 },
  ])('scores a joint by the lesser of $visibility and $presence', ({ visibility, presence, score }) => {
    expect(decodeBlazepose(outputs([visibility, presence])).keypoints[2]).toBeCloseTo(score, 6);
  });
});
