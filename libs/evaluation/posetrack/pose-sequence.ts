import type { Point } from '#geometry/box.js';
import { posetrack15Joints } from '#pose/skeletons/posetrack15.js';

/**
 * What PoseTrack evaluates: the people of each frame of a sequence with 15 joints.
 * Source: poseval @4258a157 (BSD-2) for the joints and their order.
 */
export const poseTrackJointOrder = posetrack15Joints;

export const POSETRACK_JOINTS = poseTrackJointOrder.length;

/** A joint that is there; pixels. `score` is −9999 where a file gives none. */
export interface SequenceJoint extends Point {
  readonly score: number;
}

export interface SequencePerson {
  readonly trackId: number;
  /** [15] in `poseTrackJointOrder`; null for a joint that is absent. */
  readonly joints: readonly (SequenceJoint | null)[];
  /** 0.6 × diagonal of the head box, pixels: what distances are measured in. Null in predictions. */
  readonly headSizePx: number | null;
}

export interface SequenceFrame {
  readonly imageId: number;
  readonly isLabelled: boolean;
  readonly people: readonly SequencePerson[];
  /** Regions that nobody labelled; pixels. */
  readonly ignoreRegions: readonly (readonly Point[])[];
}

/** One file, its frames in the file's order. */
export interface PoseSequence {
  readonly name: string;
  readonly frames: readonly SequenceFrame[];
}

/** Ground truth and prediction of one frame, as they are compared. */
export interface FramePair {
  readonly truth: readonly SequencePerson[];
  readonly predicted: readonly SequencePerson[];
}

export interface SequencePair {
  readonly name: string;
  readonly frames: readonly FramePair[];
}
