import { iou } from '#geometry/box.js';
import type { Pose } from './pose.js';

/**
 * People too large for the one-stage model. MoveNet MultiPose was trained on pictures of 256 × 256: at the size that finds small people,
 * the joints of somebody who fills the frame are scattered and the box is cut short. A frame with such a person is looked at a second
 * time, at the size that the model was trained on, and its large people are taken from there.
 *
 * COCO mini (32 pictures, 57 persons), frames of 384 × 512 px and their like, both looks scaled by FFmpeg, 2026-11-21:
 *
 *     mean OKS  AP     AR
 *     0.590     0.327  0.376   one look
 *     0.621     0.394  0.428   two, large from 220 px on: 17 of 32 pictures are looked at twice and cost a third more
 *     0.614     0.375  0.415   … from 200 px on
 *     0.614     0.379  0.416   … from 240 px on
 *     0.597     0.348  0.388   … from 256 px on
 *
 * Each half of the pictures alone is best at 220 px too, and a second look of 49,000 or 82,000 px² does no better than 65,536. In the
 * product, where the second look is cut from the frame of the first, it is 0.618, 0.387 and 0.424 (`evaluate coco --profile fast`).
 * PETS09-S2L1 has nobody that large and is not changed.
 */
export const SECOND_LOOK_AREA_PX = 256 * 256;

/** Longer side of a person's box in the model's input from which on the model is out of its depth, pixels. */
export const LARGE_PERSON_PX = 220;

/** A weaker person is not worth a second look, 0..1. */
const MIN_SCORE = 0.1;

/** Two boxes of one person, one from each look, overlap at least this much: boxes of the first look are often too short. */
const SAME_PERSON_IOU = 0.5;

/** Whether somebody is too large. `largePx`: `LARGE_PERSON_PX` in the pixels of the poses. */
export function needsSecondLook(poses: readonly Pose[], largePx: number): boolean {
  return poses.some((pose) => pose.score >= MIN_SCORE && isLarge(pose, largePx));
}

/**
 * Large people of the second look, and everybody of the first whom they do not stand for, in no order. All in pixels of one picture.
 * @param largePx as in `needsSecondLook`.
 */
export function mergeLooks(first: readonly Pose[], second: readonly Pose[], largePx: number): Pose[] {
  const large = second.filter((pose) => isLarge(pose, largePx));
  const others = first.filter((pose) => !large.some((better) => iou(better.box, pose.box) > SAME_PERSON_IOU));
  return [...large, ...others];
}

function isLarge({ box }: Pose, largePx: number): boolean {
  return Math.max(box[2] - box[0], box[3] - box[1]) >= largePx;
}
