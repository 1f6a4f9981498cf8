/**
 * About two seconds of one track as bytes. Positions are rounded to a step (half an analysis pixel, so at most a quarter of one is
 * lost), scores to 1/32. Each of the 56 values of a pose is a channel: its change since the pose before, less the mean change of the
 * channels of its axis that are already known (a walking body moves as a whole), as zigzag varints, channel after channel, then
 * Huffman (deflate). Such numbers are small and alike.
 *
 * Layout: version (1 byte), step (float32 LE, source pixels), deflate-raw of varints: count, start pts (µs), changes of the time between
 * poses (µs), then the channels. Version 2 adds, pose by pose, whether it has joints in metres, and these as 51 channels of whole
 * millimetres over the poses that have them. A segment without any is written as version 1, so older programs read it.
 */
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { AppError } from '#base/errors.js';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';
import { KEYPOINT_STRIDE, type Pose } from '#pose/pose.js';
import { putSigned, putTimes, putVarint, takeSigned, takeTimes, takeVarint, type VarintReader } from './varint.js';

/** One pose of a track at its media time. */
export interface SegmentPose extends Pose {
  readonly ptsUs: number;
}

const FLAT_VERSION = 1;
const SPATIAL_VERSION = 2;
const HEADER_BYTES = 5;
const SCORE_STEP = 1 / 32;
const MM_PER_M = 1000;
const BOX_VALUES = 4;
/** A corrupt count must not ask for gigabytes. */
const MAX_POSES = 100_000;

/** Values of a pose: box (4), score, then x, y, score of each joint. */
const VALUES = BOX_VALUES + 1 + COCO_JOINT_COUNT * KEYPOINT_STRIDE;

/** The step that loses at most a quarter of an analysis pixel. `scale`: analysis pixels in one source pixel. */
export function segmentStepPx(scale: number): number {
  return Math.fround(0.5 / scale);
}

/** A pose as 56 whole numbers of steps: what `dequantisePose` turns back. */
export function quantisePose(pose: Pose, stepPx: number): number[] {
  const values = [...pose.box, pose.score, ...pose.keypoints];
  return values.map((value, index) => Math.round(value / (isScore(index) ? SCORE_STEP : stepPx)));
}

/** Undoes `quantisePose`, but for the rounding. */
export function dequantisePose(numbers: readonly number[], stepPx: number): Pose {
  const values = numbers.map((number, index) => number * (isScore(index) ? SCORE_STEP : stepPx));
  const [x1, y1, x2, y2, score, ...keypoints] = values;
  return { box: [x1, y1, x2, y2], score, keypoints };
}

function isScore(index: number): boolean {
  return index >= BOX_VALUES && (index - BOX_VALUES) % KEYPOINT_STRIDE === 0;
}

/**
 * Packs poses of one track in order of time. `stepPx` of `segmentStepPx`. About 35 bytes a pose at ordinary motion, and 60 more with
 * joints in metres, of which half a millimetre is lost.
 * Encoding what `decodeSegment` gave yields the same bytes.
 */
export function encodeSegment(poses: readonly SegmentPose[], stepPx: number): Uint8Array<ArrayBuffer> {
  const body: number[] = [];
  const rows = poses.map((pose) => quantisePose(pose, stepPx));
  putVarint(body, poses.length);
  putTimes(
    body,
    poses.map(({ ptsUs }) => ptsUs),
  );
  const shifts = newShifts(poses.length);
  for (let channel = 0; channel < VALUES; channel++) {
    const shift = shifts[axisOf(channel)];
    let before = 0;
    rows.forEach((row, at) => {
      const change = row[channel] - before;
      putSigned(body, change - shift.expected(at));
      shift.add(at, change);
      before = row[channel];
    });
    shift.next();
  }
  const isSpatial = poses.some((pose) => pose.joints3d !== undefined);
  if (isSpatial) putSpatial(body, poses);
  const packed = deflateRawSync(Uint8Array.from(body), { strategy: constants.Z_HUFFMAN_ONLY });
  const bytes = new Uint8Array(HEADER_BYTES + packed.length);
  bytes[0] = isSpatial ? SPATIAL_VERSION : FLAT_VERSION;
  new DataView(bytes.buffer).setFloat32(1, stepPx, true);
  bytes.set(packed, HEADER_BYTES);
  return bytes;
}

/** The poses of a segment, oldest first. @throws AppError `data-loss` when the bytes are not a segment of a known version. */
export function decodeSegment(bytes: Uint8Array): SegmentPose[] {
  const version = bytes.at(0);
  if (bytes.length < HEADER_BYTES || (version !== FLAT_VERSION && version !== SPATIAL_VERSION))
    throw new AppError('data-loss', `A segment of ${bytes.length} bytes has version ${version}; known are 1 and 2.`);
  const stepPx = new DataView(bytes.buffer, bytes.byteOffset).getFloat32(1, true);
  const reader = { bytes: inflate(bytes.subarray(HEADER_BYTES)), at: 0 };
  const count = takeVarint(reader);
  if (count > MAX_POSES) throw new AppError('data-loss', `A segment says it has ${count} poses.`);
  const times = takeTimes(reader, count);
  const rows = Array.from({ length: count }, () => new Array<number>(VALUES));
  const shifts = newShifts(count);
  for (let channel = 0; channel < VALUES; channel++) {
    const shift = shifts[axisOf(channel)];
    let value = 0;
    rows.forEach((row, at) => {
      const change = takeSigned(reader) + shift.expected(at);
      shift.add(at, change);
      row[channel] = value += change;
    });
    shift.next();
  }
  const spatial = version === SPATIAL_VERSION ? takeSpatial(reader, count) : [];
  return rows.map((row, at) => ({
    ptsUs: times[at],
    ...dequantisePose(row, stepPx),
    ...(at in spatial ? { joints3d: spatial[at] } : {}),
  }));
}

function putSpatial(to: number[], poses: readonly SegmentPose[]): void {
  for (const { joints3d } of poses) to.push(joints3d === undefined ? 0 : 1);
  const present = poses.flatMap(({ joints3d }) => (joints3d === undefined ? [] : [joints3d]));
  for (let channel = 0; channel < COCO_JOINT_COUNT * KEYPOINT_STRIDE; channel++) {
    let before = 0;
    for (const joints of present) {
      const millimetres = Math.round(joints[channel] * MM_PER_M);
      putSigned(to, millimetres - before);
      before = millimetres;
    }
  }
}

/** Joints in metres by place of the pose; places without stay empty. */
function takeSpatial(from: VarintReader, count: number): number[][] {
  const places = Array.from({ length: count }, () => takeVarint(from)).flatMap((has, at) => (has === 0 ? [] : [at]));
  const joints: number[][] = [];
  for (const at of places) joints[at] = [];
  for (let channel = 0; channel < COCO_JOINT_COUNT * KEYPOINT_STRIDE; channel++) {
    let value = 0;
    for (const at of places) {
      value += takeSigned(from);
      joints[at].push(value / MM_PER_M);
    }
  }
  return joints;
}

/** 0: scores, 1: x, 2: y. */
function axisOf(channel: number): 0 | 1 | 2 {
  if (isScore(channel)) return 0;
  const index = channel < BOX_VALUES ? channel : channel - BOX_VALUES - 1;
  return index % (channel < BOX_VALUES ? 2 : KEYPOINT_STRIDE) === 0 ? 1 : 2;
}

/** The mean change of the channels so far, pose by pose: what the next channel of that axis is expected to do. */
interface Shift {
  readonly expected: (at: number) => number;
  readonly add: (at: number, change: number) => void;
  readonly next: () => void;
}

function newShifts(count: number): readonly [Shift, Shift, Shift] {
  const independent: Shift = { expected: () => 0, add: () => undefined, next: () => undefined };
  const common = (): Shift => {
    const sums = new Float64Array(count);
    let channels = 0;
    return {
      expected: (at) => (channels === 0 ? 0 : Math.round(sums[at] / channels)),
      add: (at, change) => {
        sums[at] += change;
      },
      next: () => {
        channels++;
      },
    };
  };
  return [independent, common(), common()];
}

function inflate(packed: Uint8Array): Uint8Array {
  try {
    return inflateRawSync(packed);
  } catch (cause) {
    throw new AppError('data-loss', 'A segment cannot be inflated.', { cause });
  }
}
