import { KEYPOINT_STRIDE } from './pose.js';
import { cocoJoints } from './skeleton.js';
import { blazepose33Joints } from './skeletons/blazepose33.js';
import { derivedJoints, type JointName } from './skeletons/derived-joints.js';
import { lsp14Joints } from './skeletons/lsp14.js';
import { openpose18Joints } from './skeletons/openpose18.js';
import { posetrack15Joints } from './skeletons/posetrack15.js';

/** The joints of each skeleton in the order of its keypoints. */
export const skeletonJoints = {
  coco17: cocoJoints,
  posetrack15: posetrack15Joints,
  openpose18: openpose18Joints,
  blazepose33: blazepose33Joints,
  lsp14: lsp14Joints,
} as const;

export type SkeletonName = keyof typeof skeletonJoints;

/** Numbers per joint in metres: x, y, z. */
const AXES = 3;

/** A joint of the source and how much it counts for a joint of the target. */
interface Share {
  readonly index: number;
  readonly weight: number;
}

/**
 * The keypoints of one person in another skeleton. A joint that both have is carried over as it is; one that can be told from others
 * (`derivedJoints`) has the least of their scores; any other is at 0, 0 with score 0. So is one of which a source is itself at 0, 0
 * with score 0: it is not there.
 * @param keypoints [joints of `from` × 3]: x, y, score, in any frame of reference.
 * @returns [joints of `to` × 3] in the same frame of reference.
 */
export function convertSkeleton(keypoints: readonly number[], from: SkeletonName, to: SkeletonName): number[] {
  const isThere = ({ index }: Share): boolean =>
    keypoints.slice(index * KEYPOINT_STRIDE, (index + 1) * KEYPOINT_STRIDE).some((value) => value !== 0);
  return sharesOf(from, to).flatMap((shares) => {
    if (!shares.every(isThere)) return [0, 0, 0];
    const scores = shares.map(({ index }) => keypoints[index * KEYPOINT_STRIDE + 2]);
    const mean = (axis: number): number => weighted(shares, (index) => keypoints[index * KEYPOINT_STRIDE + axis]);
    return [mean(0), mean(1), shares.length === 0 ? 0 : Math.min(...scores)];
  });
}

/**
 * The same for joints in metres.
 * @param joints [joints of `from` × 3]: x, y, z.
 * @returns [joints of `to` × 3]; what cannot be told is at the origin. Nothing is lost from `blazepose33` to `coco17`.
 */
export function convertJoints3d(joints: readonly number[], from: SkeletonName, to: SkeletonName): number[] {
  return sharesOf(from, to).flatMap((shares) =>
    [0, 1, 2].map((axis) => weighted(shares, (index) => joints[index * AXES + axis])),
  );
}

/** For each joint of `to` the joints of `from` that it is made of; none where it cannot be told. */
function sharesOf(from: SkeletonName, to: SkeletonName): Share[][] {
  const indices = new Map<string, number>(skeletonJoints[from].map((name, index) => [name, index]));
  return skeletonJoints[to].map((name: JointName) => {
    const recipe = indices.has(name) ? { [name]: 1 } : (derivedJoints[name] ?? {});
    const shares: Share[] = [];
    for (const [source, weight] of Object.entries(recipe)) {
      const index = indices.get(source);
      if (index === undefined) return [];
      shares.push({ index, weight });
    }
    return shares;
  });
}

function weighted(shares: readonly Share[], valueAt: (index: number) => number): number {
  return shares.reduce((sum, { index, weight }) => sum + weight * valueAt(index), 0);
}
