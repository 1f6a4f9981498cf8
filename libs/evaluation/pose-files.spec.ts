import { COCO_JOINT_COUNT, cocoJoints, joint } from '#pose/skeleton.js';
import { cocoImageId, formatCocoResults } from './coco-file.js';
import { formatPoseTrack, poseTrackJoints, toPoseTrackJoints, type ExportedPose } from './posetrack-file.js';

function pose(frame: number, trackNo: number, shiftPx = 0): ExportedPose {
  const keypoints = Array.from({ length: COCO_JOINT_COUNT }, (_, index) => [
    10 + index + shiftPx,
    20 + index,
    0.5 + index / 100,
  ]);
  return { frame, trackNo, score: 0.81234, box: [10, 20, 40, 100], keypoints: keypoints.flat() };
}

interface PoseTrackFile {
  readonly images: readonly {
    readonly id: number;
    readonly file_name: string;
    readonly nframes: number;
    readonly is_labeled: boolean;
  }[];
  readonly annotations: readonly {
    readonly image_id: number;
    readonly track_id: number;
    readonly bbox: readonly number[];
    readonly keypoints: readonly number[];
    readonly scores: readonly number[];
  }[];
  readonly categories: readonly { readonly name: string; readonly keypoints: readonly string[] }[];
}

describe('PoseTrack18 files', () => {
  const sequence = {
    frameCount: 5,
    analysedFrames: [0, 2, 4],
    widthPx: 640,
    heightPx: 360,
    poses: [pose(2, 7), pose(2, 3, 100), pose(0, 3)],
  };
  const file = JSON.parse(formatPoseTrack(sequence)) as PoseTrackFile;

  it('list every frame of the source once and tell which were analysed', () => {
    expect(file.images.map(({ id }) => id)).toEqual([10000010000, 10000010001, 10000010002, 10000010003, 10000010004]);
    expect(file.images.map((image) => image.is_labeled)).toEqual([true, false, true, false, true]);
    expect(file.images[4]).toMatchObject({ file_name: 'images/val/000001_mpii_test/000004.jpg', nframes: 5 });
  });

  it('hang each pose on its frame with its track number, in order', () => {
    expect(file.annotations.map(({ image_id, track_id }) => [image_id, track_id])).toEqual([
      [10000010000, 3],
      [10000010002, 3],
      [10000010002, 7],
    ]);
    expect(file.annotations[0].bbox).toEqual([10, 20, 30, 80]);
    expect(file.annotations[0].keypoints).toHaveLength(51);
    expect(file.annotations[0].scores).toHaveLength(17);
    expect(file.categories).toEqual([expect.objectContaining({ name: 'person', keypoints: [...poseTrackJoints] })]);
  });

  it('carry the joints that both skeletons know over unchanged', () => {
    const person = pose(0, 1);
    const joints = toPoseTrackJoints(person);
    for (const name of cocoJoints) {
      const at = poseTrackJoints.findIndex((other) => other === name);
      if (at < 0) continue;
      expect(joints[at]).toEqual(person.keypoints.slice(joint[name] * 3, joint[name] * 3 + 3));
    }
  });

  it('place neck and top of the head on the line from the shoulders through the nose', () => {
    const keypoints = Array.from({ length: 51 }, () => 0.9);
    const put = (index: number, x: number, y: number): void => {
      keypoints[index * 3] = x;
      keypoints[index * 3 + 1] = y;
    };
    put(joint.nose, 50, 20);
    put(joint.left_shoulder, 60, 40);
    put(joint.right_shoulder, 40, 40);
    const [, headBottom, headTop] = toPoseTrackJoints({ box: [0, 0, 100, 100], score: 1, keypoints });
    expect(headBottom).toEqual([50, 34, 0.9]);
    expect(headTop).toEqual([50, 10, 0.9]);
  });

  it('write a joint that is not there as absent, and none that would have to be placed by it', () => {
    const keypoints = pose(0, 1).keypoints.map((value, at) => (at < 3 ? 0 : value));
    const { annotations } = JSON.parse(
      formatPoseTrack({ ...sequence, poses: [{ ...pose(0, 1), keypoints }] }),
    ) as PoseTrackFile;
    const [nose, headBottom, headTop, leftEar] = [0, 3, 6, 9].map((at) => annotations[0].keypoints.slice(at, at + 3));
    expect([nose, headBottom, headTop]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(leftEar).toEqual([13, 23, 1]);
  });

  it('stay unambiguous beyond ten thousand frames', () => {
    const long = JSON.parse(formatPoseTrack({ ...sequence, frameCount: 12_000, poses: [] })) as PoseTrackFile;
    expect(new Set(long.images.map(({ id }) => id)).size).toBe(12_000);
  });
});

describe('COCO results', () => {
  it('have one entry a pose, best first in an image', () => {
    const better = { ...pose(0, 2), score: 0.95 };
    const results = JSON.parse(formatCocoResults([pose(0, 1), better, pose(3, 1)], (frame) => frame + 100)) as {
      image_id: number;
      score: number;
      keypoints: number[];
    }[];
    expect(results.map(({ image_id, score }) => [image_id, score])).toEqual([
      [100, 0.95],
      [100, 0.8123],
      [103, 0.8123],
    ]);
    expect(results[0].keypoints.slice(0, 6)).toEqual([10, 20, 1, 11, 21, 1]);
  });

  it('have joints that are not there at 0, 0, 0', () => {
    const keypoints = pose(0, 1).keypoints.map((value, at) => (at < 3 ? 0 : value));
    const [result] = JSON.parse(formatCocoResults([{ ...pose(0, 1), keypoints }], () => 1)) as {
      keypoints: number[];
    }[];
    expect(result.keypoints.slice(0, 6)).toEqual([0, 0, 0, 11, 21, 1]);
  });

  it.each([
    ['000000000139.jpg', 139],
    ['42.png', 42],
    ['clip.mp4', null],
    ['12a.jpg', null],
  ])('know the image id in the name %s: %s', (name, id) => {
    expect(cocoImageId(name)).toBe(id);
  });
});
