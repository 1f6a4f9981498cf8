import { KEYPOINT_STRIDE } from '#pose/pose.js';
import { cocoJoints, cocoSigmas } from '#pose/skeleton.js';
import type { CocoPerson } from './coco-annotations.js';

/**
 * Object keypoint similarity of a prediction with an annotated person, as COCO computes it: mean over labelled joints of
 * exp(−d² / (2 · area · k²)), k = 2σ. A person without labelled joints (a crowd, say) is compared by its box: d is then how far a joint
 * lies outside the box widened by its own width and height on each side.
 * Source: `computeOks` of pycocotools 2.0 (BSD-2), https://github.com/cocodataset/cocoapi.
 * @param keypoints [17 × 3]: x px, y px, ignored.
 * @returns 0..1.
 */
export function annotationOks(person: CocoPerson, keypoints: readonly number[]): number {
  const labelled = cocoJoints.flatMap((_, joint) => (isLabelled(person, joint) ? [joint] : []));
  const counted = labelled.length > 0 ? labelled : cocoJoints.map((_, joint) => joint);
  const distance2 = labelled.length > 0 ? jointDistance2 : outsideDistance2;
  let sum = 0;
  for (const joint of counted) sum += similarity(person, joint, distance2(person, keypoints, joint));
  return sum / counted.length;
}

/** What one labelled joint adds to OKS, 0..1. */
export function jointOks(person: CocoPerson, keypoints: readonly number[], joint: number): number {
  return similarity(person, joint, jointDistance2(person, keypoints, joint));
}

export function isLabelled(person: CocoPerson, joint: number): boolean {
  return person.keypoints[joint * KEYPOINT_STRIDE + 2] > 0;
}

/** Squared distance of a predicted from the annotated joint, px². */
export function jointDistance2(person: CocoPerson, keypoints: readonly number[], joint: number): number {
  const at = joint * KEYPOINT_STRIDE;
  return (keypoints[at] - person.keypoints[at]) ** 2 + (keypoints[at + 1] - person.keypoints[at + 1]) ** 2;
}

function outsideDistance2(person: CocoPerson, keypoints: readonly number[], joint: number): number {
  const at = joint * KEYPOINT_STRIDE;
  const [x1, y1, x2, y2] = person.box;
  const [width, height] = [x2 - x1, y2 - y1];
  const dx = outside(keypoints[at], x1 - width, x2 + width);
  const dy = outside(keypoints[at + 1], y1 - height, y2 + height);
  return dx * dx + dy * dy;
}

function outside(value: number, low: number, high: number): number {
  return Math.max(0, low - value) + Math.max(0, value - high);
}

function similarity({ areaPx2 }: CocoPerson, joint: number, distance2: number): number {
  const k = 2 * cocoSigmas[joint];
  return Math.exp(-distance2 / (k * k) / (areaPx2 + Number.EPSILON) / 2);
}

/** The entries of each picture, in their own order. */
export function byImage<T extends { readonly imageId: number }>(
  entries: readonly T[],
): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const entry of entries) {
    const group = groups.get(entry.imageId);
    if (group === undefined) groups.set(entry.imageId, [entry]);
    else group.push(entry);
  }
  return groups;
}
