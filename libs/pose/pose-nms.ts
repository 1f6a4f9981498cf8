import { iou } from '#geometry/box.js';
import { oks } from './oks.js';
import type { Pose } from './pose.js';

/** When two poses of one frame count as the same person. */
export interface DuplicateLimits {
  /** Joints more alike than this (OKS over joints both are sure of) are one person. */
  readonly maxOks: number;
  /** Boxes that overlap more than this are one person. */
  readonly maxIou: number;
}

const MIN_SCORE = 0.2;
const MIN_COMMON_JOINTS = 5;

/** The poses that stay, highest score first: a pose that repeats a better one is left out. */
export function suppressDuplicates(poses: readonly Pose[], limits: DuplicateLimits): Pose[] {
  const kept: Pose[] = [];
  for (const pose of [...poses].sort((a, b) => b.score - a.score))
    if (!kept.some((better) => isDuplicate(better, pose, limits))) kept.push(pose);
  return kept;
}

function isDuplicate(a: Pose, b: Pose, limits: DuplicateLimits): boolean {
  const overlap = iou(a.box, b.box);
  if (overlap === 0) return false;
  if (overlap > limits.maxIou) return true;
  const similarity = oks(a, b, { minScore: MIN_SCORE, minCommonJoints: MIN_COMMON_JOINTS });
  return similarity !== null && similarity > limits.maxOks;
}
