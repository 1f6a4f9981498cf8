/** Tracks of walking, standing or lying people for specs and benches of the store, made from poses as the tracker makes them. */
import type { Random } from '#base/random.js';
import { encodeSegment, type SegmentPose } from '#storage/segment-codec.js';
import type { SegmentRow, TrackRow } from '#storage/track-writes.js';

/** One person on a straight way at 10 frames a second. */
export interface StoredWalk {
  readonly cameraId: string;
  readonly epoch: number;
  readonly trackNo: number;
  /** Wall clock and media time of the first pose, milliseconds. */
  readonly startMs: number;
  readonly seconds: number;
  /** Of the feet, source pixels. */
  readonly from: readonly [number, number];
  readonly to: readonly [number, number];
  readonly heightPx: number;
  readonly posture: 'standing' | 'lying' | 'arms-raised';
  readonly together: number;
}

const FPS = 10;
const SEGMENT_POSES = 20;

/** x and y of the joints of an upright body in COCO order, hips at 0, 0, in body heights. */
const upright: readonly (readonly [number, number])[] = [
  [0, -0.42],
  [0.015, -0.44],
  [-0.015, -0.44],
  [0.03, -0.43],
  [-0.03, -0.43],
  [0.1, -0.29],
  [-0.1, -0.29],
  [0.12, -0.12],
  [-0.12, -0.12],
  [0.13, 0.03],
  [-0.13, 0.03],
  [0.06, 0],
  [-0.06, 0],
  [0.06, 0.245],
  [-0.06, 0.245],
  [0.06, 0.49],
  [-0.06, 0.49],
];

function poseAt(walk: StoredWalk, sec: number, random: Random): SegmentPose {
  const share = walk.seconds === 0 ? 0 : sec / walk.seconds;
  const [x, y] = [0, 1].map((axis) => walk.from[axis] + (walk.to[axis] - walk.from[axis]) * share);
  const height = walk.heightPx;
  const hipY = y - 0.49 * height;
  const swing = 0.08 * Math.sin(2 * Math.PI * sec);
  const keypoints = upright.flatMap(([bodyX, bodyY], index) => {
    const raised = walk.posture === 'arms-raised' && index === 9 ? -0.5 : bodyY;
    const moved = bodyX + (index >= 13 ? (index % 2 === 0 ? swing : -swing) : 0) + 0.01 * (random() - 0.5);
    const [px, py] = walk.posture === 'lying' ? [bodyY, bodyX + 0.4] : [moved, raised];
    return [x + px * height, hipY + py * height, 0.6 + 0.3 * random()];
  });
  return {
    ptsUs: Math.round((walk.startMs + sec * 1000) * 1000),
    box: [x - 0.2 * height, y - height, x + 0.2 * height, y],
    score: 0.8,
    keypoints,
  };
}

/** The rows of a walk, as the tracker would write them. */
export function storedWalk(
  walk: StoredWalk,
  random: Random,
): { readonly track: TrackRow; readonly segments: readonly SegmentRow[] } {
  const count = Math.max(1, Math.round(walk.seconds * FPS));
  const poses = Array.from({ length: count }, (_, at) => poseAt(walk, at / FPS, random));
  const { cameraId, epoch, trackNo, heightPx, together, startMs } = walk;
  const key = { cameraId, epoch, trackNo };
  const length = Math.hypot(walk.to[0] - walk.from[0], walk.to[1] - walk.from[1]) / heightPx;
  const maxSpeed = walk.seconds === 0 ? 0 : length / walk.seconds;
  const endMs = poses[count - 1].ptsUs / 1000;
  const common = { meanScore: 0.8, maxSpeed };
  const segments = Array.from({ length: Math.ceil(count / SEGMENT_POSES) }, (_, segmentNo): SegmentRow => {
    const part = poses.slice(segmentNo * SEGMENT_POSES, (segmentNo + 1) * SEGMENT_POSES);
    const [startPtsUs, endPtsUs] = [part[0].ptsUs, part[part.length - 1].ptsUs];
    return {
      ...{ ...key, ...common, segmentNo, together, poses: part.length },
      ...{ startMs: startPtsUs / 1000, endMs: endPtsUs / 1000, startPtsUs, endPtsUs },
      minX: Math.min(...part.map(({ box }) => box[0])),
      minY: Math.min(...part.map(({ box }) => box[1])),
      maxX: Math.max(...part.map(({ box }) => box[2])),
      maxY: Math.max(...part.map(({ box }) => box[3])),
      packed: encodeSegment(part, 0.5),
    };
  });
  const times = { startMs, endMs, startPtsUs: poses[0].ptsUs, endPtsUs: poses[count - 1].ptsUs };
  return { track: { ...key, ...common, ...times, poses: count, distance: length, closed: true }, segments };
}
