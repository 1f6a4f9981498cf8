import { seededRandom } from '#base/random.js';
import { convertJoints3d, convertSkeleton, skeletonJoints, type SkeletonName } from './convert-skeleton.js';
import type { JointName } from './skeletons/derived-joints.js';

const names: readonly SkeletonName[] = ['coco17', 'posetrack15', 'openpose18', 'blazepose33', 'lsp14'];
const pairs = names.flatMap((from) => names.map((to) => ({ from, to })));

const MIDDLE_PX = 500;
const side = (name: JointName): number => (name.includes('left') ? 1 : name.includes('right') ? -1 : 0);

/** A person seen from behind: left joints left of the middle, right joints right of it, the others on it. */
function person(skeleton: SkeletonName, seed: number): number[] {
  const random = seededRandom(seed);
  return skeletonJoints[skeleton].flatMap((name) => [
    MIDDLE_PX - side(name) * (1 + 100 * random()),
    1000 * random(),
    0.1 + 0.9 * random(),
  ]);
}

/** Name → [x, y, score]. */
function named(skeleton: SkeletonName, keypoints: readonly number[]): Map<JointName, number[]> {
  return new Map(skeletonJoints[skeleton].map((name, at) => [name, keypoints.slice(3 * at, 3 * at + 3)]));
}

function put(keypoints: number[], name: (typeof skeletonJoints.coco17)[number], joint: readonly number[]): void {
  keypoints.splice(3 * skeletonJoints.coco17.indexOf(name), 3, ...joint);
}

describe('skeletons', () => {
  it.each([
    ['coco17', 17],
    ['posetrack15', 15],
    ['openpose18', 18],
    ['blazepose33', 33],
    ['lsp14', 14],
  ] as const)('%s has %i different joints, each with its other side', (name, count) => {
    const joints: readonly string[] = skeletonJoints[name];
    expect(new Set(joints).size).toBe(count);
    const mirrored = joints.map((joint) =>
      joint.replace(/left|right/, (found) => (found === 'left' ? 'right' : 'left')),
    );
    expect([...mirrored].sort()).toEqual([...joints].sort());
  });

  it.each([
    [
      'posetrack15',
      'r_ankle r_knee r_hip l_hip l_knee l_ankle r_wrist r_elbow r_shoulder l_shoulder l_elbow l_wrist head_bottom nose head_top',
    ],
    [
      'openpose18',
      'nose neck r_shoulder r_elbow r_wrist l_shoulder l_elbow l_wrist r_hip r_knee r_ankle l_hip l_knee l_ankle r_eye l_eye r_ear l_ear',
    ],
    [
      'lsp14',
      'r_ankle r_knee r_hip l_hip l_knee l_ankle r_wrist r_elbow r_shoulder l_shoulder l_elbow l_wrist head_bottom head_top',
    ],
    [
      'blazepose33',
      'nose l_eye_inner l_eye l_eye_outer r_eye_inner r_eye r_eye_outer l_ear r_ear mouth_l mouth_r l_shoulder r_shoulder l_elbow r_elbow ' +
        'l_wrist r_wrist l_pinky r_pinky l_index r_index l_thumb r_thumb l_hip r_hip l_knee r_knee l_ankle r_ankle l_heel r_heel ' +
        'l_foot_index r_foot_index',
    ],
  ] as const)('%s has the order of its source', (name, order) => {
    const abbreviated = skeletonJoints[name].map((joint) => joint.replace('left', 'l').replace('right', 'r'));
    expect(abbreviated.join(' ')).toBe(order);
  });
});

describe('convertSkeleton', () => {
  it.each(pairs)('carries the joints that $from and $to share over as they are', ({ from, to }) => {
    const source = person(from, 41);
    const before = named(from, source);
    const after = named(to, convertSkeleton(source, from, to));
    expect(after.size).toBe(skeletonJoints[to].length);
    for (const [name, joint] of after) if (before.has(name)) expect(joint).toEqual(before.get(name));
  });

  it.each(pairs)('keeps left on the left from $from to $to', ({ from, to }) => {
    const after = named(to, convertSkeleton(person(from, 42), from, to));
    for (const [name, [x, , score]] of after)
      if (side(name) !== 0 && score > 0) expect(Math.sign(MIDDLE_PX - x)).toBe(side(name));
  });

  it.each(pairs)('keeps shared joints from $from to $to and back', ({ from, to }) => {
    const source = person(from, 43);
    const before = named(from, source);
    const back = named(from, convertSkeleton(convertSkeleton(source, from, to), to, from));
    const shared = skeletonJoints[from].filter((name) => skeletonJoints[to].some((other) => other === name));
    expect(shared.length).toBeGreaterThanOrEqual(12);
    for (const name of shared) expect(back.get(name)).toEqual(before.get(name));
  });

  it.each([
    { name: 'neck', to: 'openpose18', expected: [50, 40, 0.5] },
    { name: 'head_bottom', to: 'posetrack15', expected: [50, 34, 0.25] },
    { name: 'head_top', to: 'lsp14', expected: [50, 10, 0.25] },
  ] as const)('places $name by its neighbours, as sure as the least sure of them', ({ name, to, expected }) => {
    const coco = Array.from({ length: 51 }, () => 1);
    put(coco, 'left_shoulder', [60, 40, 0.75]);
    put(coco, 'right_shoulder', [40, 40, 0.5]);
    put(coco, 'nose', [50, 20, 0.25]);
    const found = named(to, convertSkeleton(coco, 'coco17', to)).get(name) ?? [];
    expect(found.map((value) => Number(value.toFixed(9)))).toEqual(expected);
  });

  it.each(['posetrack15', 'lsp14'] as const)('finds the nose again that went into the head of %s', (through) => {
    const coco = person('coco17', 44);
    const back = convertSkeleton(convertSkeleton(coco, 'coco17', through), through, 'coco17');
    expect(back[0]).toBeCloseTo(coco[0], 9);
    expect(back[1]).toBeCloseTo(coco[1], 9);
    expect(back[2]).toBeLessThanOrEqual(coco[2]);
  });

  it.each([
    { from: 'lsp14', to: 'coco17', unknown: ['left_eye', 'right_eye', 'left_ear', 'right_ear'] },
    { from: 'coco17', to: 'posetrack15', unknown: [] },
    { from: 'blazepose33', to: 'openpose18', unknown: [] },
    { from: 'posetrack15', to: 'lsp14', unknown: [] },
  ] as const)('gives exactly $unknown the score 0 from $from to $to', ({ from, to, unknown }) => {
    const after = [...named(to, convertSkeleton(person(from, 45), from, to))];
    expect(after.filter(([, joint]) => joint[2] === 0)).toEqual(unknown.map((name) => [name, [0, 0, 0]]));
  });
});

describe('convertJoints3d', () => {
  it('takes all of COCO out of BlazePose with x, y and z', () => {
    const world = skeletonJoints.blazepose33.flatMap((_, index) => [index, index + 0.25, -index]);
    const coco = convertJoints3d(world, 'blazepose33', 'coco17');
    const expected = [0, 2, 5, 7, 8, 11, 12, 13, 14, 15, 16, 23, 24, 25, 26, 27, 28];
    expect(coco.filter((_, at) => at % 3 === 0)).toEqual(expected);
    expect(coco.slice(-3)).toEqual([28, 28.25, -28]);
  });

  it('derives in all three directions', () => {
    const coco = Array.from({ length: 51 }, () => 0);
    put(coco, 'left_shoulder', [1, 2, 3]);
    put(coco, 'right_shoulder', [3, 2, 5]);
    expect(convertJoints3d(coco, 'coco17', 'openpose18').slice(3, 6)).toEqual([2, 2, 4]);
  });

  it('places no joint by one that is not there', () => {
    const keypoints = person('coco17', 1);
    put(keypoints, 'nose', [0, 0, 0]);
    const joints = named('posetrack15', convertSkeleton(keypoints, 'coco17', 'posetrack15'));
    for (const name of ['nose', 'head_bottom', 'head_top'] as const) expect(joints.get(name)).toEqual([0, 0, 0]);
  });
});
