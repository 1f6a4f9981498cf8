/**
 * PoseTrack18/21 and COCO annotation files: `{images, annotations, categories}`. Joints are taken by their names in `categories`, so the
 * 15 and 17 joints of PoseTrack and the 17 of COCO need no table; `head_bottom` and `head_top` have no place in COCO-17 and are dropped,
 * eyes that a file lacks are absent.
 */
import type { Box } from '#geometry/box.js';
import { cocoJoints } from '#pose/skeleton.js';
import type { JsonValue } from '../json-value.js';
import { poseTrackImageId } from '../posetrack-file.js';
import {
  boxAround,
  FARTHEST_PX,
  LARGEST_ID,
  MOST_FRAMES,
  type ImportedPose,
  type ImportedSequence,
} from './imported-sequence.js';
import { LeftOut, PeopleOfFrames } from './people-of-frames.js';

const JOINT_NUMBERS = 3;

interface Joints {
  /** Place of each COCO joint in the file's list; −1 where it has none. */
  readonly places: readonly number[];
  readonly count: number;
  readonly categoryId: number;
  readonly format: 'posetrack' | 'coco';
}

/** @throws AppError `invalid-input` that names file, frame, field, value and what it must be. */
export function readAnnotations(root: JsonValue, wanted: 'posetrack' | 'coco' | null): ImportedSequence {
  const joints = jointsOf(root, wanted);
  const images = root.field('images').list();
  if (images.length > MOST_FRAMES) root.field('images').refuse(`a list of ${MOST_FRAMES} images at most`);
  const frameOf = framesOf(images);
  const people = new PeopleOfFrames();
  const leftOut = new LeftOut();
  for (const annotation of root.field('annotations').list()) {
    if (annotation.field('category_id').id() !== joints.categoryId) leftOut.add('of another category');
    else addPerson(annotation, { joints, frameOf, people, leftOut });
  }
  const sizes = images.flatMap((image, frame) => sizeOf(image.about(`frame ${frame}`)));
  const [widths, heights] = [sizes.map(([width]) => width), sizes.map(([, height]) => height)];
  const ids = [...frameOf.keys()];
  return {
    format: joints.format,
    frames: people.inOrder(),
    frameCount: images.length,
    imageIds: areOurs(ids) ? null : ids,
    size: sizes.length === 0 ? null : { widthPx: largest(widths), heightPx: largest(heights) },
    isOneView: new Set(widths).size <= 1 && new Set(heights).size <= 1,
    leftOut: leftOut.counts,
  };
}

/** Frame numbers, or the ids that an export of Posewatch has: those need not be remembered. */
function areOurs(ids: readonly number[]): boolean {
  const frameCount = ids.length;
  return (
    ids.every((id, frame) => id === frame) || ids.every((id, frame) => id === poseTrackImageId(frame, { frameCount }))
  );
}

const largest = (values: readonly number[]): number => values.reduce((most, value) => Math.max(most, value), 0);

/** Frames are the images in the order of the file. */
function framesOf(images: readonly JsonValue[]): ReadonlyMap<number, number> {
  const frameOf = new Map<number, number>();
  images.forEach((image, frame) => {
    const id = image.about(`frame ${frame}`).field('id');
    if (frameOf.has(id.id())) id.refuse('an id of its own: another image has it');
    frameOf.set(id.id(), frame);
  });
  return frameOf;
}

function sizeOf(image: JsonValue): (readonly [number, number])[] {
  const [width, height] = [image.optional('width'), image.optional('height')];
  if (width === null || height === null) return [];
  for (const side of [width, height])
    if (side.number() < 1 || side.number() > FARTHEST_PX) side.refuse(`from 1 to ${FARTHEST_PX} pixels`);
  return [[Math.round(width.number()), Math.round(height.number())]];
}

function jointsOf(root: JsonValue, wanted: 'posetrack' | 'coco' | null): Joints {
  const categories = root.field('categories');
  const posed = categories.list().filter((category) => category.optional('keypoints') !== null);
  if (posed.length !== 1) return categories.refuse('a list with exactly one category that has keypoints');
  const names = posed[0].field('keypoints');
  const known = names.list().map((name) => name.text());
  const places = cocoJoints.map((joint) => known.indexOf(joint));
  const format = known.includes('head_bottom') || known.includes('head_top') ? 'posetrack' : 'coco';
  if (wanted !== null && wanted !== format)
    names.refuse(
      wanted === 'posetrack' ? 'a list with head_bottom or head_top' : "COCO's list, without PoseTrack's head_top",
    );
  if (places.every((place) => place < 0)) names.refuse(`a list that holds some of ${cocoJoints.join(', ')}`);
  return { places, count: known.length, categoryId: posed[0].field('id').id(), format };
}

interface Gathering {
  readonly joints: Joints;
  readonly frameOf: ReadonlyMap<number, number>;
  readonly people: PeopleOfFrames;
  readonly leftOut: LeftOut;
}

function addPerson(annotation: JsonValue, { joints, frameOf, people, leftOut }: Gathering): void {
  const imageId = annotation.field('image_id');
  const frame = frameOf.get(imageId.id());
  if (frame === undefined) return imageId.refuse('the id of one of the images');
  const entry = annotation.about(`frame ${frame}`);
  if (entry.optional('iscrowd')?.isTrue() === true) {
    leftOut.add('a crowd');
    return;
  }
  const pose = poseOf(entry, joints);
  if (pose === null) leftOut.add('without joints and box');
  else people.add(frame, pose, entry);
}

/** Null for somebody of whom the file has neither a joint nor a box. */
function poseOf(entry: JsonValue, joints: Joints): ImportedPose | null {
  const scores = scoresOf(entry, joints.count);
  const keypoints = keypointsOf(entry, joints, scores);
  const box = givenBox(entry) ?? boxAround(keypoints);
  if (box === null) return null;
  const score = entry.optional('score');
  return {
    box,
    keypoints,
    score: score === null ? meanScore(keypoints, scores) : clamped(score.number()),
    trackNo: trackIdOf(entry),
  };
}

function scoresOf(entry: JsonValue, count: number): readonly number[] | null {
  const given = entry.optional('scores');
  return given === null || given.list().length === 0 ? null : given.numbers(count);
}

function keypointsOf(entry: JsonValue, joints: Joints, scores: readonly number[] | null): number[] {
  const field = entry.optional('keypoints');
  const given = field?.numbers(JOINT_NUMBERS * joints.count) ?? null;
  if (given?.some((value) => Math.abs(value) > FARTHEST_PX) === true)
    field?.refuse(`within ${FARTHEST_PX} pixels of the picture's corner`);
  return joints.places.flatMap((place) => {
    const [x, y, v] =
      given === null || place < 0 ? [0, 0, 0] : given.slice(JOINT_NUMBERS * place, JOINT_NUMBERS * (place + 1));
    // COCO says 0 of a joint that is not labelled; PoseTrack's own evaluation leaves a joint out where all three are 0.
    const isAbsent = v === 0 && (joints.format === 'coco' || (x === 0 && y === 0));
    return isAbsent ? [0, 0, 0] : [x, y, scores === null ? 1 : clamped(scores[place])];
  });
}

function meanScore(keypoints: readonly number[], scores: readonly number[] | null): number {
  if (scores === null) return 1;
  const seen = keypoints.filter((value, at) => at % JOINT_NUMBERS === 2 && value > 0);
  return seen.length === 0 ? 1 : seen.reduce((sum, value) => sum + value, 0) / seen.length;
}

/** Some programs' scores are sums or logits; here a score is a share. */
export function clamped(score: number): number {
  return Math.min(1, Math.max(0, score));
}

/** The box of `bbox`; null where there is none. */
export function givenBox(entry: JsonValue): Box | null {
  const field = entry.optional('bbox');
  if (field === null || field.list().length === 0) return null;
  const [left, top, width, height] = field.numbers(4);
  if (width <= 0 || height <= 0) field.refuse('[left, top, width, height] with a size above 0');
  const box: Box = [left, top, left + width, top + height];
  if (box.some((value) => Math.abs(value) > FARTHEST_PX))
    field.refuse(`within ${FARTHEST_PX} pixels of the picture's corner`);
  return box;
}

/** The id of `track_id`; null where there is none. */
export function trackIdOf(entry: JsonValue): number | null {
  const field = entry.optional('track_id');
  if (field === null) return null;
  return field.id() >= 0 && field.id() <= LARGEST_ID ? field.id() : field.refuse(`from 0 to ${LARGEST_ID}`);
}
