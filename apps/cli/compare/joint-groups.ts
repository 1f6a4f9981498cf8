import { cocoJoints, type CocoJoint } from '#pose/skeleton.js';
import type { ComparedRow } from './comparison.js';

/** Left and right of a joint together, from head to foot. */
export interface JointGroup {
  readonly name: string;
  readonly joints: readonly CocoJoint[];
}

export const jointGroups: readonly JointGroup[] = [
  ...new Set(cocoJoints.map((name) => name.replace(/^(left|right)_/, ''))),
].map((name) => ({ name, joints: cocoJoints.filter((joint) => joint.replace(/^(left|right)_/, '') === name) }));

/** What a group adds to OKS, 0..1: mean over its labelled joints; null where none is labelled. */
export function groupOks({ scores }: ComparedRow, { joints }: JointGroup): number | null {
  let [sum, labelled] = [0, 0];
  for (const name of joints) {
    const joint = scores.joints[name];
    if (joint.labelled === 0) continue;
    sum += joint.oks * joint.labelled;
    labelled += joint.labelled;
  }
  return labelled === 0 ? null : sum / labelled;
}
