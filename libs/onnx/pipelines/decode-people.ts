import type { Size } from '#geometry/letterbox.js';
import { decodeMovenetHeads } from '#pose/decoders/movenet-heads.js';
import { decodeRtmo } from '#pose/decoders/rtmo.js';
import { decodeYoloPose } from '#pose/decoders/yolo-pose.js';
import { KEYPOINT_STRIDE, type Pose } from '#pose/pose.js';
import { COCO_JOINT_COUNT } from '#pose/skeleton.js';
import type { Outputs } from './outputs.js';
import type { PlannedModel } from './plan.js';

/** Which picture of a batch, and its size in the model's input. */
export interface InputPicture {
  readonly index: number;
  readonly size: Size;
}

/**
 * Low on purpose: who is good enough is decided by who uses the poses. COCO mini, `evaluate coco --profile fast`, 2026-11-21: mean OKS
 * is 0.616 with these, 0.608 with 0.03 and 0.02, 0.600 with 0.05 and 0.03; AP 0.385, 0.383, 0.383. PETS09-S2L1 has 9.3 people a frame
 * with these, 7.3 and 7.0 with those.
 */
const movenetSettings = { minCentre: 0.02, minScore: 0.01, maxPeople: 100 };

const yoloSettings = { minScore: 0.1, maxIou: 0.65, maxPeople: 100 };

function movenetPeople(outputs: Outputs, index: number): Pose[] {
  const [, , rows, columns] = outputs.floats('centre').dims;
  const planes = (role: string): Float32Array => {
    const { dims, data } = outputs.floats(role);
    return part(data, index, dims[1] * rows * columns);
  };
  const heads = {
    rows,
    columns,
    centre: planes('centre'),
    heatmaps: planes('heatmaps'),
    regression: planes('regression'),
    offsets: planes('offsets'),
    boxSize: planes('boxSize'),
    boxOffset: planes('boxOffset'),
  };
  return decodeMovenetHeads(heads, movenetSettings);
}

function rtmoPeople(outputs: Outputs, index: number): Pose[] {
  const { dims, data } = outputs.floats('dets');
  const people = dims[1];
  const keypoints = part(outputs.floats('keypoints').data, index, people * COCO_JOINT_COUNT * KEYPOINT_STRIDE);
  return decodeRtmo({ people, dets: part(data, index, people * 5), keypoints }, { minScore: 0.1, maxPeople: 100 });
}

function yoloPeople(outputs: Outputs, index: number): Pose[] {
  const { dims, data } = outputs.floats('predictions');
  const [, channels, anchors] = dims;
  return decodeYoloPose({ channels, anchors, data: part(data, index, channels * anchors) }, yoloSettings);
}

const readers: Readonly<Partial<Record<PlannedModel['decoder'], (outputs: Outputs, index: number) => Pose[]>>> = {
  'movenet-heads': movenetPeople,
  rtmo: rtmoPeople,
  'yolo-pose': yoloPeople,
};

/**
 * The people of one picture of a batch, from the outputs of a one-stage model, in pixels of its input.
 * @throws AppError `unavailable` where the model's decoder gives no poses.
 */
export function decodePeople(model: PlannedModel, outputs: Outputs, { index }: InputPicture): Pose[] {
  const read = readers[model.decoder];
  if (read === undefined) throw outputs.problem(`has decoder "${model.decoder}", which gives no people with joints`);
  return read(outputs, index);
}

/** What belongs to one picture of a batch. */
export function part(data: Float32Array, index: number, length: number): Float32Array {
  return data.subarray(index * length, (index + 1) * length);
}
