import type { Box } from '#geometry/box.js';
import type { Size } from '#geometry/letterbox.js';
import { KEYPOINT_STRIDE, type Pose } from '#pose/pose.js';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';

/** Formats whose people can be taken over as the tracks of a video. */
export const importFormats = ['posetrack', 'coco', 'mot'] as const;

export type ImportFormat = (typeof importFormats)[number];

/** A person of a file. Joints that the file does not have are at 0, 0 with score 0; so are all of a person who is only a box. */
export interface ImportedPose extends Pose {
  /** The file's own id; null in a file that has none. */
  readonly trackNo: number | null;
}

/** A frame that has people. */
export interface ImportedFrame {
  /** From 0. */
  readonly frame: number;
  readonly poses: readonly ImportedPose[];
}

/** What a file of another program holds, checked to its last field. */
export interface ImportedSequence {
  readonly format: ImportFormat;
  /** Ascending; frames without people are missing. */
  readonly frames: readonly ImportedFrame[];
  /** Frames of the source as far as the file tells, with and without people. */
  readonly frameCount: number;
  /** Image id of each frame, where the file has ids of its own. */
  readonly imageIds: readonly number[] | null;
  /** Of the picture; null where the file does not say. With pictures of several sizes the largest width and height. */
  readonly size: Size | null;
  /** Pictures of several sizes are no frames of one video. */
  readonly isOneView: boolean;
  /** People of the file that are not taken over: reason → count. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** Largest track id: what the store holds. */
export const LARGEST_ID = 2 ** 31 - 1;
/** Farther out than any picture, pixels. */
export const FARTHEST_PX = 100_000;
/** A hundred hours at 25 frames a second; more is a number that was meant otherwise. */
export const MOST_FRAMES = 9_000_000;

/** [17 × 3] of somebody without joints. */
export const noJoints: readonly number[] = new Array<number>(COCO_JOINT_COUNT * KEYPOINT_STRIDE).fill(0);

/** Whether the joint at `index` of [17 × 3] is there: one that is not is at 0, 0 with score 0. */
export function isThere(keypoints: readonly number[], index: number): boolean {
  const at = index * KEYPOINT_STRIDE;
  return keypoints[at] !== 0 || keypoints[at + 1] !== 0 || keypoints[at + 2] !== 0;
}

/** The box around the joints that are there, at least a pixel wide and high; null for none. */
export function boxAround(keypoints: readonly number[]): Box | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let index = 0; index < COCO_JOINT_COUNT; index++) {
    if (!isThere(keypoints, index)) continue;
    const [x, y] = [keypoints[index * KEYPOINT_STRIDE], keypoints[index * KEYPOINT_STRIDE + 1]];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  if (left === Infinity) return null;
  return [left, top, Math.max(right, left + 1), Math.max(bottom, top + 1)];
}

/** The smallest picture that holds everybody: for files that do not say how large theirs is. */
export function sizeAround(frames: readonly ImportedFrame[]): Size {
  let [widthPx, heightPx] = [1, 1];
  for (const { poses } of frames) {
    for (const { box } of poses) {
      widthPx = Math.max(widthPx, Math.ceil(box[2]));
      heightPx = Math.max(heightPx, Math.ceil(box[3]));
    }
  }
  return { widthPx, heightPx };
}

/** Whether every person has an id of the file. */
export function hasIds({ frames }: Pick<ImportedSequence, 'frames'>): boolean {
  return frames.every(({ poses }) => poses.every(({ trackNo }) => trackNo !== null));
}
