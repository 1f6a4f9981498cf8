import { AppError } from '#base/errors.js';
import type { Point } from '#geometry/box.js';
import { JsonValue } from '../json-value.js';
import {
  poseTrackJointOrder,
  type PoseSequence,
  type SequenceFrame,
  type SequenceJoint,
  type SequencePerson,
} from './pose-sequence.js';

/**
 * Which side of the comparison a file is: ground truth needs head boxes, predictions may have scores. `unlinked`: predictions without
 * track ids, which are numbered within each frame.
 */
export type PoseTrackRole = 'truth' | 'prediction' | 'unlinked';

const HEAD_SIZE_FACTOR = 0.6;
const NO_SCORE = -9999;
/** poseval refuses ids from here on. */
const MAX_TRACK_ID = 10_000;

/**
 * A sequence from a PoseTrack18 or PoseTrack21 JSON file. A joint is absent where x, y and v are all 0.
 * @throws AppError `invalid-input` that names file, place in the file, value and what it must be.
 */
export function parsePoseTrack(text: string, file: string, role: PoseTrackRole): PoseSequence {
  const root = JsonValue.parse(text, file);
  const joints = jointPlaces(root);
  const people = new Map<number, SequencePerson[]>();
  const images = root.field('images').list();
  for (const image of images) people.set(image.field('id').id(), []);
  for (const annotation of root.field('annotations').list()) {
    const imageId = annotation.field('image_id');
    const frame = people.get(imageId.id());
    if (frame === undefined) return imageId.refuse('the id of one of the images');
    const trackId = role === 'unlinked' ? frame.length : trackIdOf(annotation, frame);
    frame.push({ ...person(annotation, joints, role), trackId });
  }
  const frames = images.map((image): SequenceFrame => {
    const imageId = image.field('id').id();
    return {
      imageId,
      isLabelled: image.optional('is_labeled')?.isTrue() ?? true,
      people: people.get(imageId) ?? [],
      ignoreRegions: ignoreRegions(image),
    };
  });
  if (people.size !== frames.length) throw new AppError('invalid-input', `${file}: two images have the same id`);
  return { name: file.replace(/^.*\//, ''), frames };
}

/** Where each joint of `poseTrackJointOrder` is in the file's own list of joints. */
function jointPlaces(root: JsonValue): { readonly at: readonly number[]; readonly count: number } {
  const categories = root.field('categories');
  if (categories.list().length !== 1) return categories.refuse('a list of exactly one category');
  const names = categories.list()[0].field('keypoints');
  const known = names.list().map((name) => name.text());
  const at = poseTrackJointOrder.map((joint) => {
    const found = known.indexOf(joint === 'head_bottom' && !known.includes(joint) ? 'neck' : joint);
    return found >= 0 ? found : names.refuse(`a list that holds ${joint}`);
  });
  return { at, count: known.length };
}

function trackIdOf(annotation: JsonValue, frame: readonly SequencePerson[]): number {
  const trackId = annotation.field('track_id');
  if (trackId.id() < 0 || trackId.id() >= MAX_TRACK_ID) trackId.refuse(`from 0 to ${MAX_TRACK_ID - 1}`);
  if (frame.some((person) => person.trackId === trackId.id())) trackId.refuse('there once in a frame');
  return trackId.id();
}

function person(
  annotation: JsonValue,
  { at, count }: { readonly at: readonly number[]; readonly count: number },
  role: PoseTrackRole,
): Omit<SequencePerson, 'trackId'> {
  const keypoints = annotation.field('keypoints').numbers(3 * count);
  const given = annotation.optional('scores');
  const scores = given === null || given.list().length === 0 ? null : given.numbers(count);
  const joints = at.map((place): SequenceJoint | null => {
    const [x, y, v] = keypoints.slice(3 * place, 3 * place + 3);
    return x === 0 && y === 0 && v === 0 ? null : { x, y, score: scores?.[place] ?? NO_SCORE };
  });
  return {
    joints,
    headSizePx: role === 'truth' ? headSize(annotation) : null,
  };
}

function headSize(annotation: JsonValue): number {
  const box = annotation.field('bbox_head');
  const [, , widthPx, heightPx] = box.numbers(4);
  if (widthPx <= 0 && heightPx <= 0) box.refuse('a box with a size');
  return HEAD_SIZE_FACTOR * Math.hypot(widthPx, heightPx);
}

function ignoreRegions(image: JsonValue): readonly (readonly Point[])[] {
  const columns = image.optional('ignore_regions_x');
  const rows = image.optional('ignore_regions_y');
  if (columns === null || rows === null) return [];
  const [xs, ys] = [rings(columns), rings(rows)];
  if (xs.length !== ys.length) rows.refuse(`a list of ${xs.length} regions, as ignore_regions_x has`);
  return xs.map((ring, at) => {
    if (ring.length !== ys[at].length) rows.refuse('regions with as many corners as in ignore_regions_x');
    return ring.map((x, corner) => ({ x, y: ys[at][corner] }));
  });
}

/** A list of rings; files with a single region may give its corners alone. */
function rings(value: JsonValue): readonly (readonly number[])[] {
  const entries = value.list();
  if (entries.length === 0) return [];
  if (entries[0].isNumber()) return [entries.map((entry) => entry.number())];
  return entries.map((ring) => ring.list().map((entry) => entry.number()));
}
