import { boxArea, type Box } from '#geometry/box.js';
import { cropTransform } from '#geometry/crop.js';
import type { Detection } from '#pose/detection.js';
import { movedJoints } from '#pose/place-pose.js';
import { KEYPOINT_STRIDE, type Pose } from '#pose/pose.js';
import { uprightRegion } from '#pose/upright-region.js';
import { decodeJoints } from './decode-joints.js';
import { detectPeople } from './detector.js';
import { fixedSize, inverse } from './fit.js';
import { eachPerson } from './joints.js';
import type { PeoplePlan, PipelinePlan, PlannedModel } from './plan.js';
import type { SessionShelf } from './session-shelf.js';
import { finished, type Pipeline, type StageFrame } from './stage-frame.js';

/** Sides of a crop ÷ sides of the person's box, as top-down models are trained. */
const PADDING = 1.25;

/** Somebody found and not looked at closely yet. */
interface Candidate {
  readonly index: number;
  readonly frame: StageFrame;
  readonly detection: Detection;
  readonly model: PlannedModel;
}

/** A person of one frame of a batch, in pixels of the frame. */
export interface FoundPerson extends Candidate {
  /** [17 × 3] in COCO order: x px, y px, score 0..1. */
  readonly keypoints: readonly number[];
}

/** A detector, then the joints of each person in a crop of their own; the crops of all frames go through the model together. */
export function topDown(plan: Extract<PipelinePlan, { kind: 'top-down' }>, shelf: SessionShelf): Pipeline {
  return {
    open: () => openPeople(plan, shelf),
    estimate: async (frames) => {
      const poses = frames.map((): Pose[] => []);
      for (const person of await findPeople(frames, plan, shelf)) poses[person.index].push(poseOf(person));
      return frames.map((frame, index) => finished(poses[index], frame));
    },
  };
}

/** Opens the models of `findPeople`. @returns that of the joints. */
export async function openPeople({ detector, pose, crowdPose }: PeoplePlan, shelf: SessionShelf) {
  await shelf.model(detector);
  if (crowdPose !== null) await shelf.model(crowdPose);
  return shelf.model(pose);
}

/** The people of all frames with their joints in the picture. */
export async function findPeople(
  frames: readonly StageFrame[],
  plan: PeoplePlan,
  shelf: SessionShelf,
): Promise<FoundPerson[]> {
  const candidates: Candidate[] = [];
  for (const [index, frame] of frames.entries()) {
    const detections = await detectPeople(frame, plan.detector, shelf);
    for (const { detection, model } of shared(detections, plan)) candidates.push({ index, frame, detection, model });
  }
  const found: FoundPerson[] = [];
  for (const model of plan.crowdPose === null ? [plan.pose] : [plan.pose, plan.crowdPose])
    found.push(
      ...(await withJoints(
        candidates.filter((candidate) => candidate.model === model),
        model,
        shelf,
      )),
    );
  return found;
}

/** A person as a pose in pixels of the frame. */
export function poseOf({ detection: { box, score }, keypoints }: FoundPerson): Pose {
  return { box, score: score * jointScore(keypoints), keypoints };
}

/**
 * Detections below this are mostly nobody, so the cheaper model looks at them. COCO cut, mean OKS of 57 persons: 0.847 with one model for all,
 * 0.849 with 0.25, 0.841 with 0.3; on PETS09-S2L1 half of all detections are below (RTMDet-nano and PP-TinyPose, 2026-11-21).
 */
export const SURE_SCORE = 0.25;

/** Who gets which model: the `crowdPeople` largest that are surely there the one, everybody else the other. */
function shared(
  detections: readonly Detection[],
  { pose, crowdPose, crowdPeople }: PeoplePlan,
): { detection: Detection; model: PlannedModel }[] {
  if (crowdPose === null) return detections.map((detection) => ({ detection, model: pose }));
  const sure = detections.filter(({ score }) => score >= SURE_SCORE);
  const bySize = [...sure].sort((a, b) => boxArea(b.box) - boxArea(a.box));
  const first = new Set(bySize.slice(0, crowdPeople));
  return detections.map((detection) => ({ detection, model: first.has(detection) ? pose : crowdPose }));
}

/**
 * Whoever seems to be turned by more than this is looked at again, upright: the models have seen few people who lie. Frames turned by
 * 90°, mean joint score of one person in 80 of them: 0.50 → 0.78 (PP-TinyPose-256, docs/measurements.md). Mean OKS of the COCO cut: 0.860
 * without, 0.862 from 30° and 45° on, 0.860 from 60° on, 0.856 where everybody is looked at again.
 */
const TURNED_RAD = Math.PI / 4;

async function withJoints(
  people: readonly Candidate[],
  model: PlannedModel,
  shelf: SessionShelf,
): Promise<FoundPerson[]> {
  const first = await lookAt(
    people.map(({ frame, detection: { box } }) => ({ frame, box, padding: PADDING, rotationRad: 0 })),
    model,
    shelf,
  );
  const joints = [...first];
  const regions = first.map(uprightRegion);
  const turned = [...people.keys()].filter(
    (at) => people[at].detection.score >= SURE_SCORE && Math.abs(regions[at].rotationRad) > TURNED_RAD,
  );
  const second = await lookAt(
    turned.map((at) => ({ frame: people[at].frame, ...regions[at], padding: 1 })),
    model,
    shelf,
  );
  for (const [look, at] of turned.entries())
    if (meanScore(second[look]) > meanScore(first[at])) joints[at] = second[look];
  return people.map((person, at) => ({ ...person, keypoints: joints[at] }));
}

/** What is looked at: a box in the axes of a person who is turned clockwise. */
interface Look {
  readonly frame: StageFrame;
  readonly box: Box;
  readonly padding: number;
  readonly rotationRad: number;
}

/** The joints that a model sees in each look, in pixels of the frame. */
async function lookAt(looks: readonly Look[], model: PlannedModel, shelf: SessionShelf): Promise<number[][]> {
  if (looks.length === 0) return [];
  const size = fixedSize(model);
  const crops = looks.map(({ frame, box, padding, rotationRad }) => ({
    frame,
    toFrame: inverse(cropTransform(box, size, { padding, rotationRad })),
  }));
  const joints = await eachPerson(crops, await shelf.model(model), {
    shelf,
    decode: (outputs, index) => decodeJoints(model, outputs, { index, size }),
  });
  return joints.map((keypoints, at) => movedJoints(keypoints, crops[at].toFrame));
}

function meanScore(keypoints: readonly number[]): number {
  let sum = 0;
  for (let at = 2; at < keypoints.length; at += KEYPOINT_STRIDE) sum += keypoints[at];
  return (sum * KEYPOINT_STRIDE) / keypoints.length;
}

/** Joints below this are not seen and say nothing about the person. */
const SEEN_SCORE = 0.2;

/** Mean score of the joints that are seen; 0 where none is. */
function jointScore(keypoints: readonly number[]): number {
  const seen = keypoints.filter((score, at) => at % KEYPOINT_STRIDE === 2 && score >= SEEN_SCORE);
  return seen.reduce((sum, score) => sum + score, 0) / Math.max(1, seen.length);
}
