/** Poses as SVG paths: the small moving pictures of the results. */
import { KEYPOINT_STRIDE } from '#pose/pose.js';
import { cocoLimbs, joint } from '#pose/skeleton.js';
import type { StoredPose } from '../../../api/types.js';

/** One picture of a skeleton; `d` of SVG paths in source pixels. */
export interface SkeletonFrame {
  readonly ptsUs: number;
  readonly limbs: string;
  /** A dot where the head is; empty when it is not seen. */
  readonly head: string;
}

/** The pictures of a track in order of time, in one frame that holds them all. */
export interface SkeletonFrames {
  readonly viewBox: string;
  /** Width of a limb, source pixels. */
  readonly strokePx: number;
  readonly frames: readonly SkeletonFrame[];
  /** The frame of the moment, or without one that in which most of the body is seen: it stands for the others. */
  readonly still: number;
  /** False for somebody of an imported file who is only a box: there is no pose that others could be like. */
  readonly hasJoints: boolean;
}

/** As over pictures: what is less sure is a guess. */
const DRAWN_SCORE = 0.2;
/** Joints that a search for poses needs seen are at least so sure. */
const SURE_SCORE = 0.3;
const PADDING = 0.14;
const headJoints = [joint.nose, joint.left_eye, joint.right_eye, joint.left_ear, joint.right_ear];
const bodyLimbs = cocoLimbs.filter(([a, b]) => !headJoints.includes(a) && !headJoints.includes(b));

/** Null when no joint of any pose is seen. `momentPtsUs`: media time that matters; null when any will do. */
export function skeletonFrames(poses: readonly StoredPose[], momentPtsUs: number | null): SkeletonFrames | null {
  const seen = poses.flatMap((pose) => (isBoxOnly(pose) ? cornersOf(pose) : jointsOf(pose.keypoints)));
  if (seen.length === 0) return null;
  const [xs, ys] = [seen.map(([x]) => x), seen.map(([, y]) => y)];
  const [left, top, right, bottom] = [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  const tallest = Math.max(1, ...poses.map(({ box }) => box[3] - box[1]));
  const padding = PADDING * tallest;
  const view = [left - padding, top - padding, right - left + 2 * padding, bottom - top + 2 * padding];
  return {
    viewBox: view.map((value) => value.toFixed(1)).join(' '),
    strokePx: tallest / 52,
    frames: poses.map((pose) => frameOf(pose, tallest / 19)),
    still: momentPtsUs === null ? clearestOf(poses) : nearestOf(poses, momentPtsUs),
    hasJoints: !poses.every(isBoxOnly),
  };
}

/** Imported files may hold boxes without joints. */
function isBoxOnly({ keypoints }: StoredPose): boolean {
  return keypoints.every((value) => value === 0);
}

function cornersOf({ box }: StoredPose): (readonly [number, number])[] {
  return [
    [box[0], box[1]],
    [box[2], box[3]],
  ];
}

function jointsOf(keypoints: readonly number[]): (readonly [number, number])[] {
  const found: (readonly [number, number])[] = [];
  for (let at = 0; at < keypoints.length; at += KEYPOINT_STRIDE)
    if (keypoints[at + 2] >= DRAWN_SCORE) found.push([keypoints[at], keypoints[at + 1]]);
  return found;
}

function frameOf(pose: StoredPose, headPx: number): SkeletonFrame {
  const { ptsUs, keypoints, box } = pose;
  if (isBoxOnly(pose)) return { ptsUs, limbs: `M${box[0]} ${box[1]}H${box[2]}V${box[3]}H${box[0]}Z`, head: '' };
  const isSeen = (index: number): boolean => keypoints[index * KEYPOINT_STRIDE + 2] >= DRAWN_SCORE;
  const at = (index: number, axis: number): number => keypoints[index * KEYPOINT_STRIDE + axis];
  const place = (index: number): string => `${at(index, 0).toFixed(1)} ${at(index, 1).toFixed(1)}`;
  const limbs = bodyLimbs.filter(([a, b]) => isSeen(a) && isSeen(b)).map(([a, b]) => `M${place(a)}L${place(b)}`);
  const face = headJoints.filter(isSeen);
  const mean = (axis: number): number => face.reduce((sum, index) => sum + at(index, axis), 0) / face.length;
  const [x, y] = [mean(0), mean(1)];
  const r = headPx;
  const head =
    face.length === 0
      ? ''
      : `M${(x - r).toFixed(1)} ${y.toFixed(1)}a${r.toFixed(1)} ${r.toFixed(1)} 0 1 0 ${(2 * r).toFixed(1)} 0a${r.toFixed(1)} ${r.toFixed(1)} 0 1 0 ${(-2 * r).toFixed(1)} 0`;
  return { ptsUs, limbs: limbs.join(''), head };
}

function nearestOf(poses: readonly StoredPose[], ptsUs: number): number {
  const away = poses.map((pose) => Math.abs(pose.ptsUs - ptsUs));
  return away.indexOf(Math.min(...away));
}

function clearestOf(poses: readonly StoredPose[]): number {
  const rank = ({ keypoints }: StoredPose): number => {
    let [sure, sum] = [0, 0];
    for (let at = 2; at < keypoints.length; at += KEYPOINT_STRIDE) {
      if (keypoints[at] >= SURE_SCORE) sure++;
      sum += keypoints[at];
    }
    return sure * 100 + sum;
  };
  const ranks = poses.map(rank);
  return ranks.indexOf(Math.max(...ranks));
}
