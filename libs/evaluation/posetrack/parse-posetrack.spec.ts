import { parsePoseTrack } from './parse-posetrack.js';
import { poseTrackJointOrder } from './pose-sequence.js';

const names = ['nose', 'head_bottom', 'head_top', 'left_ear', 'right_ear', 'left_shoulder', 'right_shoulder'].concat(
  ['left_elbow', 'right_elbow', 'left_wrist', 'right_wrist', 'left_hip', 'right_hip'],
  ['left_knee', 'right_knee', 'left_ankle', 'right_ankle'],
);

function annotation(changes: object = {}): object {
  const keypoints = names.flatMap((_, index) => [10 + index, 20 + index, 1]);
  return { image_id: 1, track_id: 3, bbox_head: [0, 0, 30, 40], keypoints, ...changes };
}

function file(changes: object = {}): string {
  const images = [{ id: 1, is_labeled: true, ignore_regions_x: [[0, 5, 5]], ignore_regions_y: [[0, 0, 5]] }];
  return JSON.stringify({ images, annotations: [annotation()], categories: [{ keypoints: names }], ...changes });
}

describe('a PoseTrack file', () => {
  it('gives joints in evaluation order, the head size and the ignore regions', () => {
    const { frames, name } = parsePoseTrack(file(), 'folder/a.json', 'truth');
    const [person] = frames[0].people;
    expect(name).toBe('a.json');
    expect(person.headSizePx).toBeCloseTo(30, 10); // 0.6 × the diagonal of 30 × 40
    expect(person.joints[poseTrackJointOrder.indexOf('nose')]).toMatchObject({ x: 10, y: 20 });
    expect(person.joints[poseTrackJointOrder.indexOf('right_ankle')]).toMatchObject({ x: 26, y: 36 });
    expect(frames[0].ignoreRegions).toEqual([
      [
        { x: 0, y: 0 },
        { x: 5, y: 0 },
        { x: 5, y: 5 },
      ],
    ]);
  });

  it('takes a joint for absent only where x, y and v are 0', () => {
    const keypoints = names.flatMap((_, index) => (index === 0 ? [0, 0, 0] : [0, 0, 1]));
    const { frames } = parsePoseTrack(file({ annotations: [annotation({ keypoints })] }), 'a.json', 'truth');
    const present = frames[0].people[0].joints.filter((joint) => joint !== null);
    expect(present).toHaveLength(poseTrackJointOrder.length - 1);
  });

  it.each([
    ['no JSON', '{', /^a\.json is not JSON/],
    ['no images', JSON.stringify({ annotations: [] }), 'a.json: categories is missing'],
    [
      'an unknown frame',
      file({ annotations: [annotation({ image_id: 9 })] }),
      /annotations\[0\]\.image_id is 9; it must be the id/,
    ],
    [
      'too few numbers',
      file({ annotations: [annotation({ keypoints: [1, 2] })] }),
      /annotations\[0\]\.keypoints is \[1,2\]; it must be a list of 51 numbers/,
    ],
    [
      'no track id',
      file({ annotations: [annotation({ track_id: undefined })] }),
      'a.json: annotations[0].track_id is missing',
    ],
    [
      'a track id twice in a frame',
      file({ annotations: [annotation(), annotation()] }),
      /annotations\[1\]\.track_id is 3; it must be there once in a frame/,
    ],
    ['a track id out of range', file({ annotations: [annotation({ track_id: 10_000 })] }), /from 0 to 9999/],
    [
      'no head box',
      file({ annotations: [annotation({ bbox_head: undefined })] }),
      'a.json: annotations[0].bbox_head is missing',
    ],
    ['two categories', file({ categories: [{ keypoints: names }, { keypoints: names }] }), /exactly one category/],
    ['a joint that is missing', file({ categories: [{ keypoints: names.slice(1) }] }), /a list that holds nose/],
    ['an image twice', file({ images: [{ id: 1 }, { id: 1 }] }), 'a.json: two images have the same id'],
  ])('is refused with file and field: %s', (_, text, message) => {
    expect(() => parsePoseTrack(text, 'a.json', 'truth')).toThrow(message);
  });

  it('needs no head box as a prediction', () => {
    const text = file({ annotations: [annotation({ bbox_head: undefined })] });
    expect(parsePoseTrack(text, 'a.json', 'prediction').frames[0].people[0].headSizePx).toBeNull();
  });
});
