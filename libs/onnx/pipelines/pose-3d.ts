import { cropTransform } from '#geometry/crop.js';
import { convertJoints3d } from '#pose/convert-skeleton.js';
import { decodeBlazepose, type BlazeposePerson } from '#pose/decoders/blazepose.js';
import { liftJoints } from '#pose/lift-joints.js';
import type { Pose } from '#pose/pose.js';
import { uprightRegion } from '#pose/upright-region.js';
import { fixedSize, inverse } from './fit.js';
import { eachPerson } from './joints.js';
import type { Outputs } from './outputs.js';
import type { PipelinePlan } from './plan.js';
import type { SessionShelf } from './session-shelf.js';
import { finished, type Pipeline } from './stage-frame.js';
import { findPeople, openPeople, poseOf, SURE_SCORE, type FoundPerson } from './top-down.js';

/**
 * People with joints as `top-down` finds them, then their joints in metres from a landmark model. That model wants a square about the
 * middle of the hips, as large as the whole person, with the person upright: the joints in the picture tell it.
 * Source: MediaPipe pose tracking (Apache-2.0): factor 1.25 of `pose_landmarks_to_roi`, `WorldLandmarkProjectionCalculator`, which turns
 * the joints in metres back, and the least presence of `pose_landmark_by_roi_cpu`. Why it works so: docs/decisions/0008-joints-in-metres.md.
 */
const PADDING = 1.25;

/** Below this the landmark model sees nobody in the square, and its joints are those of nobody. */
const MIN_PRESENCE = 0.5;

type Pose3dPlan = Extract<PipelinePlan, { kind: 'pose-3d' }>;

/** The pipeline of people with joints and a landmark model. */
export function pose3d(plan: Pose3dPlan, shelf: SessionShelf): Pipeline {
  return {
    open: async () => {
      await openPeople(plan.people, shelf);
      return shelf.model(plan.pose);
    },
    estimate: async (frames) => {
      const people = await findPeople(frames, plan.people, shelf);
      const isLifted = (person: FoundPerson): boolean =>
        person.model === plan.people.pose && person.detection.score >= SURE_SCORE;
      const poses = frames.map((): Pose[] => []);
      for (const person of people.filter((each) => !isLifted(each))) poses[person.index].push(poseOf(person));
      const lifted = people.filter(isLifted);
      const joints3d = await jointsInMetres(lifted, plan, shelf);
      for (const [at, person] of lifted.entries())
        poses[person.index].push({ ...poseOf(person), joints3d: joints3d[at] });
      return frames.map((frame, index) => finished(poses[index], frame));
    },
  };
}

/** For each person [17 × 3] as `Pose.joints3d`; undefined where the landmark model sees nobody. */
async function jointsInMetres(
  people: readonly FoundPerson[],
  { pose: model }: Pose3dPlan,
  shelf: SessionShelf,
): Promise<(number[] | undefined)[]> {
  const size = fixedSize(model);
  const looks = people.map(({ frame, keypoints }) => {
    const { box, rotationRad } = uprightRegion(keypoints);
    return { frame, rotationRad, toFrame: inverse(cropTransform(box, size, { padding: PADDING, rotationRad })) };
  });
  const found = await eachPerson(looks, await shelf.model(model), { shelf, decode: readPerson });
  return people.map(({ keypoints }, at) => {
    const { score, world } = found[at];
    if (score < MIN_PRESENCE) return undefined;
    return liftJoints(keypoints, turned(convertJoints3d(world, 'blazepose33', 'coco17'), looks[at].rotationRad));
  });
}

/** The model takes one crop at a time. */
function readPerson(outputs: Outputs): BlazeposePerson {
  const [landmarks, world] = [outputs.floats('landmarks').data, outputs.floats('world').data];
  return decodeBlazepose({ landmarks, world, presence: outputs.floats('presence').data[0] });
}

/** Joints in the axes of an upright crop as joints in the axes of the picture. */
function turned(joints: readonly number[], rotationRad: number): number[] {
  const [cos, sin] = [Math.cos(rotationRad), Math.sin(rotationRad)];
  const result: number[] = [];
  for (let at = 0; at < joints.length; at += 3) {
    const [x, y] = [joints[at], joints[at + 1]];
    result.push(x * cos - y * sin, x * sin + y * cos, joints[at + 2]);
  }
  return result;
}
