import { AppError } from '#base/errors.js';
import { parseCocoAnnotations, parseCocoResults } from './coco-annotations.js';

const keypoints = Array.from({ length: 51 }, (_, at) => at);
const image = { id: 7, file_name: '7.jpg', width: 640, height: 480 };
const annotation = {
  id: 1,
  image_id: 7,
  category_id: 1,
  iscrowd: 0,
  num_keypoints: 16,
  keypoints,
  area: 1200.5,
  bbox: [10, 20, 30, 40],
};
const file = (images: readonly object[], annotations: readonly object[]): string =>
  JSON.stringify({ images, annotations });

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (problem) {
    if (problem instanceof AppError && problem.kind === 'invalid-input') return problem.message;
    throw problem;
  }
  throw new Error('nothing was refused');
}

describe('parseCocoAnnotations', () => {
  it('reads pictures and people, boxes as corners', () => {
    expect(parseCocoAnnotations(file([image], [annotation]), 'truth.json')).toEqual({
      images: [{ id: 7, fileName: '7.jpg', size: { widthPx: 640, heightPx: 480 } }],
      persons: [{ imageId: 7, keypoints, labelled: 16, areaPx2: 1200.5, box: [10, 20, 40, 60], isCrowd: false }],
    });
  });

  it('passes over things that are not people', () => {
    const chair = { image_id: 7, category_id: 62 };
    expect(parseCocoAnnotations(file([image], [chair]), 'truth.json').persons).toEqual([]);
  });

  it.each([
    ['text that is not JSON', '{"images": [', /^truth.json is not JSON: /],
    ['a list instead of an object', '[]', /^truth.json is \[\]; it must be an object$/],
    ['no pictures', '{"annotations": []}', /^truth.json: images is missing$/],
    ['pictures that are no list', '{"images": 5, "annotations": []}', /^truth.json: images is 5; it must be a list$/],
    ['a picture without a size', file([{ ...image, width: 0 }], []), /images\[0\].width is 0; it must be above 0$/],
    [
      'too few keypoints',
      file([image], [annotation, { ...annotation, keypoints: [1, 2, 3] }]),
      /^truth.json: annotations\[1\].keypoints is \[1,2,3\]; it must be a list of 51 numbers$/,
    ],
    [
      'a keypoint that is text',
      file([image], [{ ...annotation, keypoints: keypoints.map((value) => (value === 4 ? 'four' : value)) }]),
      /annotations\[0\].keypoints is .*; it must be a list of 51 numbers$/,
    ],
    [
      'an area that is text',
      file([image], [{ ...annotation, area: 'big' }]),
      /annotations\[0\].area is "big"; it must be a number/,
    ],
    [
      'an area below 0',
      file([image], [{ ...annotation, area: -1 }]),
      /annotations\[0\].area is -1; it must be 0 or above/,
    ],
    ['a missing box', file([image], [{ ...annotation, bbox: undefined }]), /annotations\[0\].bbox is missing/],
    ['a crowd flag of 2', file([image], [{ ...annotation, iscrowd: 2 }]), /iscrowd is 2; it must be 0 or 1/],
    [
      'a picture that is not annotated',
      file([image], [{ ...annotation, image_id: 8 }]),
      /annotations\[0\].image_id is 8; it must be the id of an annotated picture/,
    ],
  ])('refuses %s with file and field', (_, text, message) => {
    expect(refusal(() => parseCocoAnnotations(text, 'truth.json'))).toMatch(message);
  });
});

describe('parseCocoResults', () => {
  const truth = parseCocoAnnotations(file([image], []), 'truth.json');
  const result = { image_id: 7, category_id: 1, keypoints, score: 0.5 };

  it('reads people and passes over the rest', () => {
    const text = JSON.stringify([result, { image_id: 7, category_id: 3, bbox: [0, 0, 1, 1], score: 1 }]);
    expect(parseCocoResults(text, 'results.json', truth)).toEqual([{ imageId: 7, keypoints, score: 0.5 }]);
  });

  it.each([
    ['an object', '{}', /^results.json is {}; it must be a list$/],
    [
      'a result without score',
      JSON.stringify([{ ...result, score: undefined }]),
      /^results.json: \[0\].score is missing$/,
    ],
    [
      'a picture outside the annotations',
      JSON.stringify([{ ...result, image_id: 9 }]),
      /\[0\].image_id is 9; it must be/,
    ],
  ])('refuses %s', (_, text, message) => {
    expect(refusal(() => parseCocoResults(text, 'results.json', truth))).toMatch(message);
  });
});
