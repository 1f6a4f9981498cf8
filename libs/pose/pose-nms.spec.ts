import type { Pose } from './pose.js';
import { suppressDuplicates } from './pose-nms.js';

const limits = { maxOks: 0.9, maxIou: 0.8 };

/** A person of 100 × 200 px whose joints lie on a line down the middle, all with `jointScore`. */
function person(x: number, score: number, options: { y?: number; jointScore?: number } = {}): Pose {
  const { y = 0, jointScore = 0.9 } = options;
  const keypoints = Array.from({ length: 17 }, (_, at) => [x + 50, y + 10 * (at + 1), jointScore]).flat();
  return { box: [x, y, x + 100, y + 200], score, keypoints };
}

describe('suppressDuplicates', () => {
  it('keeps the better of two poses of one person and orders by score', () => {
    const best = person(0, 0.9);
    const other = person(300, 0.95);
    expect(suppressDuplicates([person(2, 0.5), best, other], limits)).toEqual([other, best]);
  });

  it('keeps people who stand side by side or overlap by half', () => {
    const people = [person(0, 0.9), person(50, 0.8), person(101, 0.7)];
    expect(suppressDuplicates(people, limits)).toEqual(people);
  });

  it('goes by the boxes where the joints are too weak to compare', () => {
    const weak = { jointScore: 0.05 };
    expect(suppressDuplicates([person(0, 0.9, weak), person(3, 0.5, weak)], limits)).toHaveLength(1);
    expect(suppressDuplicates([person(0, 0.9, weak), person(20, 0.5, weak)], limits)).toHaveLength(2);
  });

  it('goes by the joints where the boxes differ', () => {
    const whole = person(0, 0.9);
    const part: Pose = { ...person(1, 0.4), box: [0, 0, 100, 120] };
    expect(suppressDuplicates([whole, part], limits)).toEqual([whole]);
  });

  it('changes neither its input nor the poses', () => {
    const people = Object.freeze([person(0, 0.2), person(1, 0.9)].map((pose) => Object.freeze(pose)));
    expect(suppressDuplicates(people, limits)).toEqual([people[1]]);
  });
});
