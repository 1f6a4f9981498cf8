import { boxArea, iou, type Box } from '#geometry/box.js';
import { oks } from '#pose/oks.js';
import type { Pose } from '#pose/pose.js';

/** Two poses of one person overlap at least this much; two people who stand so close are hardly ever both found. */
const DUPLICATE_IOU = 0.7;
const PART_COVERAGE = 0.85;
const PART_OKS = 0.4;
const MIN_COMMON_JOINTS = 5;

/** The share of the smaller box that lies inside the other, 0..1. */
function coverage(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const smaller = Math.min(boxArea(a), boxArea(b));
  return width <= 0 || height <= 0 || smaller <= 0 ? 0 : (width * height) / smaller;
}

/** Whether two boxes most likely show one person. */
export function areDuplicates(a: Box, b: Box): boolean {
  return iou(a, b) >= DUPLICATE_IOU;
}

/**
 * Whether a pose is most likely a part of another person rather than a new one: it lies almost entirely inside them, and its joints are
 * theirs as far as both show joints. Who stands in front of somebody has joints of their own.
 */
export function isPartOf(part: Pose, whole: Pose, jointScore: number): boolean {
  if (boxArea(part.box) > boxArea(whole.box) || coverage(part.box, whole.box) < PART_COVERAGE) return false;
  const likeness = oks(part, whole, { minScore: jointScore, minCommonJoints: MIN_COMMON_JOINTS });
  return likeness === null || likeness >= PART_OKS;
}

/** The poses at or above `minScore`, best first, each person once. */
export function distinctPoses(poses: readonly Pose[], minScore: number): Pose[] {
  const kept: Pose[] = [];
  for (const pose of poses.filter(({ score }) => score >= minScore).toSorted((a, b) => b.score - a.score))
    if (!kept.some((better) => areDuplicates(better.box, pose.box))) kept.push(pose);
  return kept;
}
