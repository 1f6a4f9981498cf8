import { readFile } from 'node:fs/promises';
import { itWithData } from '#testing/shared-data.js';
import { joint } from '#pose/skeleton.js';
import { formatCocoResults } from '../coco-file.js';
import { poseTrackJoints } from '../posetrack-file.js';
import { hasIds, noJoints, sizeAround } from './imported-sequence.js';
import { readImport } from './read-import.js';

const joints = (x: number, y: number): number[] => poseTrackJoints.flatMap((_, index) => [x + index, y + index, 1]);

const person = (id: number, image: number, change: object = {}) => ({
  ...{
    id,
    image_id: image,
    track_id: 4,
    category_id: 1,
    bbox: [10, 20, 30, 60],
    score: 0.75,
    keypoints: joints(10, 20),
  },
  ...{ scores: poseTrackJoints.map(() => 0.5) },
  ...change,
});

const poseTrack = (annotations: readonly object[], change: object = {}): string =>
  JSON.stringify({
    images: [100, 101, 102].map((id) => ({ id, file_name: `${id}.jpg`, width: 640, height: 360 })),
    annotations,
    categories: [{ id: 1, name: 'person', keypoints: poseTrackJoints }],
    ...change,
  });

describe('a file of another program', () => {
  it('is known by its content', () => {
    expect(readImport(poseTrack([person(1, 100)]), 'a', null).format).toBe('posetrack');
    const results = formatCocoResults(
      [{ frame: 3, trackNo: 1, box: [0, 0, 9, 9], score: 1, keypoints: noJoints.map(() => 1) }],
      (n) => n,
    );
    expect(readImport(results, 'a', null).format).toBe('coco');
    expect(readImport('\uFEFF1,2,10,20,30,40,0.5\n', 'a', null).format).toBe('mot');
    expect(() => readImport('<xml/>', 'a.xml', null)).toThrow('a.xml starts with "<"');
    expect(() => readImport(' \n', 'a.txt', null)).toThrow('a.txt is empty');
  });

  it('of PoseTrack keeps ids, frames, boxes and the joints that COCO has, and invents none', () => {
    const without = joints(10, 20).map((value, at) => (at < 3 ? 0 : value));
    const { frames, ...rest } = readImport(
      poseTrack([person(2, 102), person(1, 100, { track_id: 0, keypoints: without })]),
      'a',
      null,
    );
    expect(rest).toEqual({
      format: 'posetrack',
      frameCount: 3,
      imageIds: [100, 101, 102],
      size: { widthPx: 640, heightPx: 360 },
      isOneView: true,
      leftOut: {},
    });
    expect(frames.map(({ frame, poses }) => [frame, poses[0].trackNo])).toEqual([
      [0, 0],
      [2, 4],
    ]);
    const [first, last] = frames.map(({ poses }) => poses[0]);
    expect(last).toMatchObject({ box: [10, 20, 40, 80], score: 0.75 });
    const at = (keypoints: readonly number[], index: number) => keypoints.slice(3 * index, 3 * index + 3);
    expect(at(last.keypoints, joint.nose)).toEqual([10, 20, 0.5]);
    expect(at(last.keypoints, joint.left_ankle)).toEqual([10 + 15, 20 + 15, 0.5]);
    expect(at(last.keypoints, joint.left_eye)).toEqual([0, 0, 0]);
    expect(at(first.keypoints, joint.nose)).toEqual([0, 0, 0]);
  });

  it('without boxes and scores gets the box around its joints', () => {
    const bare = { ...person(1, 100), bbox: undefined, score: undefined, scores: [] };
    const [{ poses }] = readImport(poseTrack([bare]), 'a', null).frames;
    expect(poses[0]).toMatchObject({ box: [10, 20, 26, 36], score: 1 });
  });

  it('of MOT holds boxes without joints, from frame 1 on', () => {
    const { frames, frameCount, leftOut } = readImport(
      '3,7,10,20,30,40,-1,-1,-1,-1\n9,7,11,20,30,40,0,-1,-1,-1\n',
      'a',
      null,
    );
    expect(frames).toEqual([
      { frame: 2, poses: [{ box: [10, 20, 40, 60], score: 1, keypoints: noJoints, trackNo: 7 }] },
    ]);
    expect(frameCount).toBe(9);
    expect(leftOut).toEqual({ 'with confidence 0: boxes that do not count': 1 });
    expect(sizeAround(frames)).toEqual({ widthPx: 40, heightPx: 60 });
  });

  it('of MOT detections has no ids', () => {
    const sequence = readImport('1,-1,10,20,30,40,0.5\n1,-1,90,20,30,40,70\n', 'a', null);
    expect(hasIds(sequence)).toBe(false);
    expect(sequence.frames[0].poses.map(({ score }) => score)).toEqual([0.5, 1]);
  });

  it('of COCO pictures of several sizes is no video, and keeps the ids of its pictures', () => {
    const keypoints = Array.from({ length: 17 }, (_, index) => [
      index < 2 ? 0 : 50 + index,
      index < 2 ? 0 : 60,
      index < 2 ? 0 : 2,
    ]).flat();
    const text = JSON.stringify({
      images: [
        { id: 397133, width: 640, height: 427 },
        { id: 37777, width: 352, height: 500 },
      ],
      annotations: [
        { image_id: 37777, category_id: 1, iscrowd: 0, bbox: [50, 50, 40, 30], keypoints },
        { image_id: 37777, category_id: 1, iscrowd: 1, bbox: [50, 50, 40, 30], keypoints },
        { image_id: 397133, category_id: 1, iscrowd: 0, keypoints: new Array(51).fill(0) },
      ],
      categories: [{ id: 1, keypoints: ['nose', 'left_eye', ...Object.keys(joint).slice(2)] }],
    });
    const sequence = readImport(text, 'a', null);
    expect(sequence).toMatchObject({
      ...{ format: 'coco', frameCount: 2, imageIds: [397133, 37777], size: { widthPx: 640, heightPx: 500 } },
      ...{ isOneView: false, leftOut: { 'a crowd': 1, 'without joints and box': 1 } },
    });
    expect(sequence.frames[0]).toMatchObject({ frame: 1, poses: [{ trackNo: null, score: 1 }] });
    expect(sequence.frames[0].poses[0].keypoints.slice(0, 9)).toEqual([0, 0, 0, 0, 0, 0, 52, 60, 1]);
  });

  it.each([
    ['text that stops being JSON', poseTrack([person(1, 100)]).slice(0, -20), 'b.json is not JSON'],
    [
      'a missing field',
      poseTrack([{ ...person(1, 100), category_id: undefined }]),
      'b.json: annotations[0].category_id is missing',
    ],
    [
      'a joint that is text',
      poseTrack([
        person(1, 101),
        person(2, 102, { keypoints: joints(1, 2).map((value, at) => (at === 7 ? 'x' : value)) }),
      ]),
      'b.json, frame 2: annotations[1].keypoints is',
    ],
    [
      'a joint far out',
      poseTrack([person(1, 101, { keypoints: joints(1e7, 2) })]),
      'frame 1: annotations[0].keypoints is',
    ],
    [
      'too few joints',
      poseTrack([person(1, 101, { keypoints: [1, 2, 3] })]),
      'frame 1: annotations[0].keypoints is [1,2,3]; it must be a list of 51 numbers',
    ],
    [
      'an image that is not there',
      poseTrack([person(1, 999)]),
      'annotations[0].image_id is 999; it must be the id of one of the images',
    ],
    [
      'an id twice in a frame',
      poseTrack([person(1, 101), person(2, 101)]),
      'frame 1: annotations[1].track_id is 4; it must be there once in a frame',
    ],
    ['an id below 0', poseTrack([person(1, 101, { track_id: -2 })]), 'frame 1: annotations[0].track_id is -2'],
    [
      'ids of some people only',
      poseTrack([person(1, 101), person(2, 102, { track_id: undefined })]),
      'frame 2: annotations[1].track_id is missing',
    ],
    [
      'a box without size',
      poseTrack([person(1, 101, { bbox: [1, 2, 0, 4] })]),
      'frame 1: annotations[0].bbox is [1,2,0,4]',
    ],
    ['images with one id', poseTrack([], { images: [{ id: 1 }, { id: 1 }] }), 'frame 1: images[1].id is 1'],
    ['nobody', poseTrack([]), 'b.json holds nobody'],
    ['a line that breaks off', '1,1,1,1,9,9\n2,1,1,1', 'b.json, line 2, frame 2: field 5 (width) is missing'],
    ['MOT ids below 0 among others', '1,1,1,1,9,9\n2,-1,1,1,9,9', 'b.json, frame 2, id -1: field 2 (id)'],
    [
      'results without a score',
      JSON.stringify([{ image_id: 5, category_id: 1, keypoints: noJoints.map(() => 3) }]),
      'frame 5: [0].score is missing',
    ],
  ])('is refused with file, frame and field: %s', (_, text, message) => {
    expect(() => readImport(text, 'b.json', null)).toThrow(message);
  });

  it('is refused as another format than it has', () => {
    expect(() => readImport(poseTrack([person(1, 100)]), 'a', 'coco')).toThrow("without PoseTrack's head_top");
    expect(() => readImport('[]', 'a', 'posetrack')).toThrow('must be an object');
  });

  itWithData(
    'is read from the official formats',
    [
      'posetrack/synthetic/gt/900001_mpii_test.json',
      'posetrack/shelf2d/pred_gtpose_noid_noisy/800000_mpii_test.json',
      'mot/TUD-Campus/gt.txt',
      'coco_val_mini/person_keypoints.json',
    ],
    async (truth = '', unlinked = '', mot = '', coco = '') => {
      const read = async (file: string) => readImport(await readFile(file, 'utf8'), file, null);
      const count = ({ frames }: Awaited<ReturnType<typeof read>>) =>
        frames.reduce((sum, { poses }) => sum + poses.length, 0);
      const [a, b, c, d] = await Promise.all([truth, unlinked, mot, coco].map(read));
      expect([a.format, a.frameCount, count(a), hasIds(a)]).toEqual(['posetrack', 40, 143, true]);
      expect([b.format, b.frameCount, count(b), hasIds(b)]).toEqual(['posetrack', 301, 487, false]);
      expect([c.format, c.frameCount, count(c), hasIds(c)]).toEqual(['mot', 71, 359, true]);
      expect([d.format, d.frameCount, hasIds(d), d.isOneView]).toEqual(['coco', 32, false, false]);
    },
  );
});
