import type { Size } from '#geometry/letterbox.js';
import { convertSkeleton } from '#pose/convert-skeleton.js';
import { KEYPOINT_STRIDE, type Pose } from '#pose/pose.js';
import { joint } from '#pose/skeleton.js';
import { posetrack15Joints } from '#pose/skeletons/posetrack15.js';

/**
 * PoseTrack18 JSON, as a prediction file of one sequence: every frame of the source is listed, poses hang on the analysed ones.
 * Source: poseval @4258a157 (BSD-2) and the annotation files of PoseTrack 2018/2021.
 * Deviation: the two head joints of PoseTrack that COCO lacks are derived (`libs/pose/skeletons/derived-joints.ts`).
 */

/** A pose of one track in one frame of the source. */
export interface ExportedPose extends Pose {
  /** Frame of the source, from 0. */
  readonly frame: number;
  readonly trackNo: number;
}

export interface ExportedSequence {
  /** Frames of the source, analysed or not. */
  readonly frameCount: number;
  /** Frames of the source that were analysed, from 0. */
  readonly analysedFrames: readonly number[];
  readonly widthPx: number;
  readonly heightPx: number;
  /** In any order. */
  readonly poses: readonly ExportedPose[];
}

/** Order of joints in a PoseTrack18 file. */
export const poseTrackJoints = [
  'nose',
  'head_bottom',
  'head_top',
  'left_ear',
  'right_ear',
  'left_shoulder',
  'right_shoulder',
  'left_elbow',
  'right_elbow',
  'left_wrist',
  'right_wrist',
  'left_hip',
  'right_hip',
  'left_knee',
  'right_knee',
  'left_ankle',
  'right_ankle',
] as const;

/** A sequence has no name of its own here; PoseTrack wants six digits and a source. */
const SEQUENCE = '000001';

type Joint = readonly [xPx: number, yPx: number, score: number];

function jointOf(keypoints: readonly number[], index: number): Joint {
  const at = index * KEYPOINT_STRIDE;
  return [keypoints[at], keypoints[at + 1], keypoints[at + 2]];
}

/** The 17 joints of a PoseTrack18 file from a COCO pose: PoseTrack's 15 and the two ears. */
export function toPoseTrackJoints({ keypoints }: Pose): readonly Joint[] {
  const poseTrack = convertSkeleton(keypoints, 'coco17', 'posetrack15');
  return poseTrackJoints.map((name) =>
    name === 'left_ear' || name === 'right_ear'
      ? jointOf(keypoints, joint[name])
      : jointOf(poseTrack, posetrack15Joints.indexOf(name)),
  );
}

const hundredth = (value: number): number => Math.round(value * 100) / 100;
const tenThousandth = (value: number): number => Math.round(value * 10_000) / 10_000;

/** What the parts of one file have in common. */
export interface PoseTrackPicture extends Pick<ExportedSequence, 'frameCount' | 'widthPx' | 'heightPx'> {
  /** Image id of each frame, where the sequence came with ids of its own. */
  readonly imageIds?: readonly number[] | null;
}

/** Ids of images are `1 SSSSSS FFFF`, with more digits for the frame where a sequence is longer than 10,000 frames. */
export function poseTrackImageId(frame: number, { frameCount, imageIds }: Omit<PoseTrackPicture, keyof Size>): number {
  const own = imageIds?.[frame];
  if (own !== undefined) return own;
  const digits = Math.max(4, String(Math.max(0, frameCount - 1)).length);
  return Number(`1${SEQUENCE}${String(frame).padStart(digits, '0')}`);
}

/** The entry of one frame in `images`. */
export function poseTrackImage(frame: number, picture: PoseTrackPicture, isLabelled: boolean) {
  const id = poseTrackImageId(frame, picture);
  return {
    id,
    frame_id: id,
    file_name: `images/val/${SEQUENCE}_mpii_test/${String(frame).padStart(6, '0')}.jpg`,
    vid_id: SEQUENCE,
    nframes: picture.frameCount,
    is_labeled: isLabelled,
    has_no_densepose: true,
    width: picture.widthPx,
    height: picture.heightPx,
  };
}

/** The entry of one pose in `annotations`; `track_id` is the track number. A joint that is not there is 0, 0, 0. */
export function poseTrackAnnotation(pose: ExportedPose, id: number, picture: PoseTrackPicture) {
  const joints = toPoseTrackJoints(pose);
  const [x1, y1, x2, y2] = pose.box;
  return {
    id,
    image_id: poseTrackImageId(pose.frame, picture),
    track_id: pose.trackNo,
    category_id: 1,
    bbox: [x1, y1, x2 - x1, y2 - y1].map(hundredth),
    score: tenThousandth(pose.score),
    keypoints: joints.flatMap((joint) => [hundredth(joint[0]), hundredth(joint[1]), isThere(joint) ? 1 : 0]),
    scores: joints.map(([, , score]) => tenThousandth(score)),
  };
}

const isThere = (joint: Joint): boolean => joint.some((value) => value !== 0);

/** The one entry of `categories`. */
export const poseTrackCategory = { supercategory: 'person', id: 1, name: 'person', keypoints: poseTrackJoints };

/** The text of a PoseTrack18 prediction file. */
export function formatPoseTrack(sequence: ExportedSequence): string {
  const analysed = new Set(sequence.analysedFrames);
  const images = Array.from({ length: sequence.frameCount }, (_, frame) =>
    poseTrackImage(frame, sequence, analysed.has(frame)),
  );
  const annotations = [...sequence.poses]
    .sort((a, b) => a.frame - b.frame || a.trackNo - b.trackNo)
    .map((pose, index) => poseTrackAnnotation(pose, index + 1, sequence));
  return `${JSON.stringify({ images, annotations, categories: [poseTrackCategory] })}\n`;
}
