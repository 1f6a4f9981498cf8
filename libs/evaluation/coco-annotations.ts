import type { Box } from '#geometry/box.js';
import type { Size } from '#geometry/letterbox.js';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';
import { JsonValue } from './json-value.js';

/**
 * COCO keypoint annotations and results.
 * Source: https://cocodataset.org/#format-data and #format-results. People have category 1; other categories are passed over.
 */

export interface CocoImage {
  readonly id: number;
  readonly fileName: string;
  readonly size: Size;
}

/** One annotated person. Pixels of the picture. */
export interface CocoPerson {
  readonly imageId: number;
  /** [17 × 3] in COCO order: x px, y px, visibility (0 not labelled, 1 hidden, 2 visible). */
  readonly keypoints: readonly number[];
  /** Labelled joints; a person with 0 is neither asked for nor counted against anybody. */
  readonly labelled: number;
  /** Area of the segmentation: the scale of OKS and what the ranges of COCO go by. */
  readonly areaPx2: number;
  readonly box: Box;
  /** A group outlined as one. */
  readonly isCrowd: boolean;
}

export interface CocoGroundTruth {
  readonly images: readonly CocoImage[];
  readonly persons: readonly CocoPerson[];
}

/** One predicted person. */
export interface CocoResult {
  readonly imageId: number;
  /** [17 × 3]: x px, y px, and a third number that COCO does not look at. */
  readonly keypoints: readonly number[];
  readonly score: number;
}

const PERSON = 1;
const KEYPOINT_NUMBERS = 3 * COCO_JOINT_COUNT;

/** @throws AppError `invalid-input` that names file and field. */
export function parseCocoAnnotations(text: string, fileName: string): CocoGroundTruth {
  const root = JsonValue.parse(text, fileName);
  const images = root.field('images').list().map(imageOf);
  const known = new Set(images.map((image) => image.id));
  const persons = root
    .field('annotations')
    .list()
    .filter((entry) => entry.field('category_id').id() === PERSON)
    .map((entry) => personOf(entry, known));
  return { images, persons };
}

function imageOf(entry: JsonValue): CocoImage {
  return {
    id: entry.field('id').id(),
    fileName: entry.field('file_name').text(),
    size: { widthPx: positive(entry.field('width')), heightPx: positive(entry.field('height')) },
  };
}

function positive(entry: JsonValue): number {
  return entry.number() > 0 ? entry.number() : entry.refuse('above 0');
}

function personOf(entry: JsonValue, images: ReadonlySet<number>): CocoPerson {
  const [left, top, width, height] = entry.field('bbox').numbers(4);
  const isCrowd = entry.field('iscrowd').number();
  const area = entry.field('area');
  return {
    imageId: imageIdOf(entry, images),
    keypoints: entry.field('keypoints').numbers(KEYPOINT_NUMBERS),
    labelled: entry.field('num_keypoints').id(),
    areaPx2: area.number() >= 0 ? area.number() : area.refuse('0 or above'),
    box: [left, top, left + width, top + height],
    isCrowd: isCrowd === 0 || isCrowd === 1 ? isCrowd === 1 : entry.field('iscrowd').refuse('0 or 1'),
  };
}

function imageIdOf(entry: JsonValue, images: ReadonlySet<number>): number {
  const imageId = entry.field('image_id');
  return images.has(imageId.id()) ? imageId.id() : imageId.refuse('the id of an annotated picture');
}

/**
 * @param groundTruth what the results are about: a result for a picture outside it is refused, as COCO's own code does.
 * @throws AppError `invalid-input` that names file and field.
 */
export function parseCocoResults(text: string, fileName: string, groundTruth: CocoGroundTruth): readonly CocoResult[] {
  const known = new Set(groundTruth.images.map((image) => image.id));
  return JsonValue.parse(text, fileName)
    .list()
    .filter((entry) => entry.field('category_id').id() === PERSON)
    .map((entry) => ({
      imageId: imageIdOf(entry, known),
      keypoints: entry.field('keypoints').numbers(KEYPOINT_NUMBERS),
      score: entry.field('score').number(),
    }));
}
