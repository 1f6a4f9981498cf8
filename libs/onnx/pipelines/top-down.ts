import { boxArea } from '#geometry/box.js';
import { cropTransform } from '#geometry/crop.js';
import type { Detection } from '#pose/detection.js';
import type { Pose } from '#pose/pose.js';
import { decodeJoints } from './decode-joints.js';
import { detectPeople, openDetector } from './detector.js';
import { fixedSize, inverse } from './fit.js';
import { eachPerson } from './joints.js';
import type { ModelSession } from './model-session.js';
import { placedJoints } from './one-stage.js';
import type { PipelinePlan, PlannedModel } from './plan.js';
import type { SessionShelf } from './session-shelf.js';
import { finished, type Pipeline, type StageFrame } from './stage-frame.js';

type TopDownPlan = Extract<PipelinePlan, { kind: 'top-down' }>;

/** Sides of a crop ÷ sides of the person's box, as top-down models are trained. */
const PADDING = 1.25;

interface Person {
  readonly index: number;
  readonly frame: StageFrame;
  readonly detection: Detection;
  readonly model: PlannedModel;
}

/** A detector, then the joints of each person in a crop of their own; the crops of all frames go through the model together. */
export function topDown(plan: TopDownPlan, shelf: SessionShelf): Pipeline {
  return {
    open: async () => {
      await openDetector(plan.detector, shelf);
      if (plan.crowdPose !== null) await openPose(plan.crowdPose, shelf);
      return openPose(plan.pose, shelf);
    },
    estimate: async (frames) => {
      const people: Person[] = [];
      for (const [index, frame] of frames.entries()) {
        const detections = await detectPeople(frame, plan.detector, shelf);
        for (const { detection, model } of shared(detections, plan)) people.push({ index, frame, detection, model });
      }
      const poses = frames.map((): Pose[] => []);
      for (const model of plan.crowdPose === null ? [plan.pose] : [plan.pose, plan.crowdPose])
        await addPoses(
          people.filter((person) => person.model === model),
          { model, shelf, poses },
        );
      return frames.map((frame, index) => finished(poses[index], frame));
    },
  };
}

function openPose(model: PlannedModel, shelf: SessionShelf): Promise<ModelSession> {
  return shelf.model(model, (outputs, size) => decodeJoints(model, outputs, { index: 0, size }));
}

/** Who gets which model: the largest `crowdPeople` the one, everybody else the other. */
function shared(
  detections: readonly Detection[],
  { pose, crowdPose, crowdPeople }: TopDownPlan,
): { detection: Detection; model: PlannedModel }[] {
  const bySize = [...detections].sort((a, b) => boxArea(b.box) - boxArea(a.box));
  return bySize.map((detection, rank) => ({ detection, model: rank < crowdPeople ? pose : (crowdPose ?? pose) }));
}

async function addPoses(
  people: readonly Person[],
  { model, shelf, poses }: { readonly model: PlannedModel; readonly shelf: SessionShelf; readonly poses: Pose[][] },
): Promise<void> {
  if (people.length === 0) return;
  const size = fixedSize(model);
  const session = await openPose(model, shelf);
  const crops = people.map(({ frame, detection }) => ({
    frame,
    toFrame: inverse(cropTransform(detection.box, size, { padding: PADDING })),
  }));
  const joints = await eachPerson(crops, session, {
    shelf,
    decode: (outputs, index) => decodeJoints(model, outputs, { index, size }),
  });
  for (const [at, { index, detection }] of people.entries()) {
    const keypoints = placedJoints(joints[at], crops[at].toFrame);
    poses[index].push({ box: detection.box, score: detection.score, keypoints });
  }
}
