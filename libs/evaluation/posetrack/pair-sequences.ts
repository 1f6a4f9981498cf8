import { AppError } from '#base/errors.js';
import type { Point } from '#geometry/box.js';
import { polygonContainsStrictly } from '#geometry/polygon.js';
import type { FramePair, PoseSequence, SequenceFrame, SequencePair, SequencePerson } from './pose-sequence.js';

/**
 * Which frames of a sequence count. `annotated`: those with at least one person in the ground truth (poseval);
 * `labelled`: those that the file calls labelled (PoseTrack21).
 */
export type CountedFrames = 'annotated' | 'labelled';

/**
 * Ground truth and predictions frame by frame: only the frames that count, without joints in ignore regions and without people who
 * have lost all their joints there.
 * @throws AppError `invalid-input` when the prediction does not have the ground truth's frames.
 */
export function pairSequences(truth: PoseSequence, predicted: PoseSequence, counted: CountedFrames): SequencePair {
  const byId = new Map(predicted.frames.map((frame) => [frame.imageId, frame]));
  if (predicted.frames.length !== truth.frames.length)
    throw new AppError(
      'invalid-input',
      `${predicted.name} has ${predicted.frames.length} frames; its ground truth has ${truth.frames.length}`,
    );
  const frames = truth.frames.flatMap((frame): FramePair[] => {
    const match = byId.get(frame.imageId);
    if (match === undefined)
      throw new AppError('invalid-input', `${predicted.name} lacks frame ${frame.imageId} of its ground truth`);
    const counts = counted === 'annotated' ? frame.people.length > 0 : frame.isLabelled;
    return counts
      ? [
          {
            truth: cleared(frame, { people: frame.people, counted }),
            predicted: cleared(frame, { people: match.people, counted }),
          },
        ]
      : [];
  });
  return { name: truth.name, frames };
}

function cleared(
  { ignoreRegions }: SequenceFrame,
  { people, counted }: { readonly people: readonly SequencePerson[]; readonly counted: CountedFrames },
): readonly SequencePerson[] {
  // PoseTrack21 takes a joint on or beyond the left or upper border for absent.
  const isThere = ({ x, y }: Point): boolean => counted === 'annotated' || (x > 0 && y > 0);
  return people.flatMap((person): SequencePerson[] => {
    const joints = person.joints.map((joint) =>
      joint === null || !isThere(joint) || ignoreRegions.some((region) => polygonContainsStrictly(region, joint))
        ? null
        : joint,
    );
    const lostAll = joints.every((joint) => joint === null) && person.joints.some((joint) => joint !== null);
    return lostAll ? [] : [{ ...person, joints }];
  });
}
