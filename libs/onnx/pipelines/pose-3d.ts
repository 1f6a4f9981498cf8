import type { Box } from '#geometry/box.js';
import { cropTransform } from '#geometry/crop.js';
import { convertJoints3d, convertSkeleton } from '#pose/convert-skeleton.js';
import { decodeBlazepose, type BlazeposePerson } from '#pose/decoders/blazepose.js';
import type { Detection } from '#pose/detection.js';
import { movedJoints } from '#pose/place-pose.js';
import { KEYPOINT_STRIDE, type Pose } from '#pose/pose.js';
import { detectPeople } from './detector.js';
import { fixedSize, inverse } from './fit.js';
import { eachPerson, type PersonCrop } from './joints.js';
import type { Outputs } from './outputs.js';
import type { PipelinePlan, PlannedModel } from './plan.js';
import type { SessionShelf } from './session-shelf.js';
import { finished, type Pipeline, type StageFrame } from './stage-frame.js';

/**
 * A detector, then for each person joints in the picture and in metres. The landmark model wants a square around the middle of the hips
 * with the person upright, as large as the person is from the hips outwards. The detector does not say that, but the model itself
 * does: it runs once over a square around the box, and again over the square that its helper points describe.
 * Source: MediaPipe pose tracking (Apache-2.0), `pose_landmarks_to_roi`: helper points 33 and 34, factor 1.25, and
 * `WorldLandmarkProjectionCalculator`, which turns the joints in metres back. Deviation: MediaPipe runs the first step only once a track.
 */
const PADDING = 1.25;

/** Below this a detection is mostly nobody, and somebody costs two runs. */
const MIN_SCORE = 0.25;

/** Helper points of the landmark model: the middle of the hips, and a point above it as far as the person reaches. */
const HIPS_POINT = 33;
const REACH_POINT = 34;
const LANDMARK_LENGTH = 5;

type Pose3dPlan = Extract<PipelinePlan, { kind: 'pose-3d' }>;

interface Person {
  readonly index: number;
  readonly frame: StageFrame;
  readonly detection: Detection;
}

/** Where a person is in the frame, and how far they are turned clockwise (y down). */
interface Region {
  readonly box: Box;
  readonly rotationRad: number;
}

interface Landmarks {
  readonly person: BlazeposePerson;
  /** [2 × 3]: x px, y px of the crop, and nothing. */
  readonly helpers: readonly number[];
}

/** The pipeline of a detector and a landmark model. */
export function pose3d(plan: Pose3dPlan, shelf: SessionShelf): Pipeline {
  return {
    open: async () => {
      await shelf.model(plan.detector);
      return shelf.model(plan.pose);
    },
    estimate: async (frames) => {
      const people: Person[] = [];
      for (const [index, frame] of frames.entries())
        for (const detection of await detectPeople(frame, plan.detector, shelf))
          if (detection.score >= MIN_SCORE) people.push({ index, frame, detection });
      const poses = frames.map((): Pose[] => []);
      const regions = await regionsOf(people, plan.pose, shelf);
      const wanted = people.map(({ frame }, at) => ({ frame, region: regions[at] }));
      const second = await landmarksOf(wanted, plan.pose, shelf);
      for (const [at, { index, detection }] of people.entries())
        poses[index].push(poseOf(detection, second[at], regions[at].rotationRad));
      return frames.map((frame, index) => finished(poses[index], frame));
    },
  };
}

type FoundLandmarks = Landmarks & Pick<PersonCrop, 'toFrame'>;

interface Look {
  readonly frame: StageFrame;
  readonly region: Region;
}

/** Where each person is, by the model's own word. A person who may be lying is looked at from three sides, and the best look counts. */
async function regionsOf(people: readonly Person[], model: PlannedModel, shelf: SessionShelf): Promise<Region[]> {
  const looks = people.map(({ frame, detection: { box } }): Look[] =>
    anglesOf(box).map((rotationRad) => ({ frame, region: { box, rotationRad } })),
  );
  const found = await landmarksOf(looks.flat(), model, shelf);
  let at = 0;
  return looks.map(({ length }) => {
    const mine = found.slice(at, at + length);
    at += length;
    const best = mine.reduce((a, b) => (sureness(b.person) > sureness(a.person) ? b : a));
    return regionOf(movedJoints(best.helpers, best.toFrame));
  });
}

/** Ways in which the person of a box may be turned. */
function anglesOf([x1, y1, x2, y2]: Box): readonly number[] {
  return x2 - x1 > y2 - y1 ? [0, Math.PI / 2, -Math.PI / 2] : [0];
}

/** How sure the model is of a person and their joints, 0..1. */
function sureness({ score, keypoints }: BlazeposePerson): number {
  let sum = 0;
  for (let at = 2; at < keypoints.length; at += KEYPOINT_STRIDE) sum += keypoints[at];
  return (score * sum * KEYPOINT_STRIDE) / keypoints.length;
}

async function landmarksOf(
  looks: readonly Look[],
  model: PlannedModel,
  shelf: SessionShelf,
): Promise<FoundLandmarks[]> {
  const size = fixedSize(model);
  const crops = looks.map(({ frame, region: { box, rotationRad } }): PersonCrop => ({
    frame,
    toFrame: inverse(cropTransform(box, size, { padding: PADDING, rotationRad })),
  }));
  const found = await eachPerson(crops, await shelf.model(model), { shelf, decode: readLandmarks });
  return found.map((landmarks, at) => ({ ...landmarks, toFrame: crops[at].toFrame }));
}

/** The model takes one crop at a time. */
function readLandmarks(outputs: Outputs): Landmarks {
  const landmarks = outputs.floats('landmarks').data;
  const point = (index: number): number[] => [
    landmarks[index * LANDMARK_LENGTH],
    landmarks[index * LANDMARK_LENGTH + 1],
    0,
  ];
  const world = outputs.floats('world').data;
  const person = decodeBlazepose({ landmarks, world, presence: outputs.floats('presence').data[0] });
  return { person, helpers: [...point(HIPS_POINT), ...point(REACH_POINT)] };
}

/** @param helpers [2 × 3]: helper points in frame pixels. */
function regionOf([hipsX, hipsY, , reachX, reachY]: readonly number[]): Region {
  const [dx, dy] = [reachX - hipsX, reachY - hipsY];
  const radius = Math.hypot(dx, dy);
  return {
    box: [hipsX - radius, hipsY - radius, hipsX + radius, hipsY + radius],
    rotationRad: Math.PI / 2 - Math.atan2(-dy, dx),
  };
}

function poseOf({ box, score }: Detection, { person, toFrame }: FoundLandmarks, rotationRad: number): Pose {
  return {
    box,
    score: score * person.score,
    keypoints: convertSkeleton(movedJoints(person.keypoints, toFrame), 'blazepose33', 'coco17'),
    joints3d: turned(convertJoints3d(person.world, 'blazepose33', 'coco17'), rotationRad),
  };
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
