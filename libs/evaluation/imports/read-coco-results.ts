/** COCO keypoint results: a list of `{image_id, category_id, keypoints [17 × 3], score}`. Source: https://cocodataset.org/#format-results. */
import { KEYPOINT_STRIDE } from '#pose/pose.js';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';
import type { JsonValue } from '../json-value.js';
import { boxAround, FARTHEST_PX, MOST_FRAMES, type ImportedPose, type ImportedSequence } from './imported-sequence.js';
import { LeftOut, PeopleOfFrames } from './people-of-frames.js';
import { clamped, givenBox, trackIdOf } from './read-annotations.js';

const PERSON = 1;
/** Where the ids of pictures lie farther apart than this on average, they are names of pictures and no frame numbers. */
const SPARSE = 100;

/** @throws AppError `invalid-input` that names file, frame, field, value and what it must be. */
export function readCocoResults(root: JsonValue): ImportedSequence {
  const entries = root.list();
  const imageIds = idsOf(entries);
  const areFrames = imageIds.length === 0 || (imageIds[imageIds.length - 1] + 1) / imageIds.length <= SPARSE;
  const frameOf = new Map(imageIds.map((id, place) => [id, areFrames ? id : place]));
  const people = new PeopleOfFrames();
  const leftOut = new LeftOut();
  for (const each of entries) {
    const frame = frameOf.get(each.field('image_id').id()) ?? 0;
    const entry = each.about(`frame ${frame}`);
    const pose = entry.field('category_id').id() === PERSON ? poseOf(entry) : null;
    if (pose === null) leftOut.add('of another category, or without joints and box');
    else people.add(frame, pose, entry);
  }
  return {
    format: 'coco',
    frames: people.inOrder(),
    frameCount: areFrames ? (imageIds.at(-1) ?? -1) + 1 : imageIds.length,
    imageIds: areFrames ? null : imageIds,
    size: null,
    isOneView: areFrames,
    leftOut: leftOut.counts,
  };
}

/** Every image id once, ascending. */
function idsOf(entries: readonly JsonValue[]): number[] {
  const ids = new Set<number>();
  for (const entry of entries) {
    const id = entry.field('image_id');
    if (id.id() < 0 || id.id() > Number.MAX_SAFE_INTEGER) id.refuse('0 or above');
    ids.add(id.id());
    if (ids.size > MOST_FRAMES) id.refuse(`one of ${MOST_FRAMES} images at most`);
  }
  return [...ids].sort((a, b) => a - b);
}

function poseOf(entry: JsonValue): ImportedPose | null {
  const field = entry.field('keypoints');
  const given = field.numbers(COCO_JOINT_COUNT * KEYPOINT_STRIDE);
  if (given.some((value) => Math.abs(value) > FARTHEST_PX))
    field.refuse(`within ${FARTHEST_PX} pixels of the picture's corner`);
  const scores = entry.optional('joint_scores')?.numbers(COCO_JOINT_COUNT) ?? null;
  const keypoints = given.map((value, at) => {
    if (at % KEYPOINT_STRIDE !== 2) return value;
    const isAbsent = given[at - 2] === 0 && given[at - 1] === 0 && value === 0;
    return isAbsent ? 0 : clamped(scores === null ? value : scores[(at - 2) / KEYPOINT_STRIDE]);
  });
  const box = givenBox(entry) ?? boxAround(keypoints);
  return box === null
    ? null
    : { box, keypoints, score: clamped(entry.field('score').number()), trackNo: trackIdOf(entry) };
}
