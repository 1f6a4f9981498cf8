import { AppError } from '#base/errors.js';
import type { Box } from '#geometry/box.js';
import { suppressOverlaps } from '../box-nms.js';
import { KEYPOINT_STRIDE, type Pose } from '../pose.js';
import { COCO_JOINT_COUNT } from '../skeleton.js';

/**
 * People from a one-stage YOLO pose model: every anchor is a candidate with a box, a score and 17 joints; greedy non-maximum
 * suppression keeps one a person.
 * Source: Maji et al., "YOLO-Pose: Enhancing YOLO for Multi Person Pose Estimation Using Object Keypoint Similarity Loss", CVPRW 2022;
 * layout of the output as the Ultralytics exports of YOLOv8-pose and YOLO11-pose document it, [1, 56, anchors].
 */
export interface YoloPoseOutput {
  readonly anchors: number;
  /** 56: middle x, middle y, width, height px, score 0..1, then x px, y px, score 0..1 of each COCO joint. */
  readonly channels: number;
  /** Float32Array [channels × anchors]. */
  readonly data: Float32Array;
}

export interface YoloPoseSettings {
  /** Least score of a person that is returned, 0..1. */
  readonly minScore: number;
  /** Boxes that overlap more than this (IoU, 0..1) are one person. */
  readonly maxIou: number;
  /** Most people that are returned, best first. */
  readonly maxPeople: number;
}

const FIRST_JOINT_CHANNEL = 5;
const JOINT_CHANNELS = COCO_JOINT_COUNT * KEYPOINT_STRIDE;

interface Candidate {
  readonly anchor: number;
  readonly box: Box;
  readonly score: number;
}

/**
 * The people in pixels of the model's input, best first.
 * @throws AppError `invalid-input` where the output is not that of a model of 17 joints and one class.
 */
export function decodeYoloPose(output: YoloPoseOutput, settings: YoloPoseSettings): Pose[] {
  const { anchors, channels, data } = output;
  if (channels !== FIRST_JOINT_CHANNEL + JOINT_CHANNELS)
    throw new AppError(
      'invalid-input',
      `A YOLO pose model has ${FIRST_JOINT_CHANNEL + JOINT_CHANNELS} channels; this one has ${channels}.`,
    );
  const candidates: Candidate[] = [];
  for (let anchor = 0; anchor < anchors; anchor++) {
    const score = data[4 * anchors + anchor];
    if (score >= settings.minScore) candidates.push({ anchor, box: boxOf(output, anchor), score });
  }
  return suppressOverlaps(candidates, settings).map(({ anchor, box, score }) => ({
    box,
    score,
    keypoints: Array.from({ length: JOINT_CHANNELS }, (_, at) => data[(FIRST_JOINT_CHANNEL + at) * anchors + anchor]),
  }));
}

function boxOf({ anchors, data }: YoloPoseOutput, anchor: number): Box {
  const [middleX, middleY] = [data[anchor], data[anchors + anchor]];
  const [halfWidth, halfHeight] = [data[2 * anchors + anchor] / 2, data[3 * anchors + anchor] / 2];
  return [middleX - halfWidth, middleY - halfHeight, middleX + halfWidth, middleY + halfHeight];
}
