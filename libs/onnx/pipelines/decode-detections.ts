import { decodeDetections } from '#pose/decoders/detections.js';
import { decodeYolox } from '#pose/decoders/yolox.js';
import type { Detection } from '#pose/detection.js';
import { part, type InputPicture } from './decode-people.js';
import type { Outputs } from './outputs.js';
import type { PlannedModel } from './plan.js';

const PERSON_LABEL = 0;
const DET_LENGTH = 5;

/** COCO cut, mean OKS of 57 persons (RTMDet-nano, PP-TinyPose-256, 2026-11-21): 0.844 from 0.1, 0.847 from 0.15, 0.826 from 0.2, 0.800 from 0.3. */
const settings = { minScore: 0.15, maxPeople: 100 };

/** As in the reference of YOLOX. */
const YOLOX_MAX_IOU = 0.45;

type ReadDetections = (outputs: Outputs, picture: InputPicture) => Detection[];

const readers: Readonly<Partial<Record<PlannedModel['decoder'], ReadDetections>>> = {
  detections: (outputs, { index }) => {
    const { dims, data } = outputs.floats('dets');
    const count = dims[1];
    const labels = outputs.integers('labels')?.slice(index * count, (index + 1) * count) ?? null;
    const dets = part(data, index, count * DET_LENGTH);
    return decodeDetections({ count, dets, labels }, { ...settings, personLabel: PERSON_LABEL });
  },
  yolox: (outputs, { index, size }) => {
    const { dims, data } = outputs.floats('predictions');
    const [, anchors, values] = dims;
    const output = { anchors, classes: values - DET_LENGTH, data: part(data, index, anchors * values) };
    const input = { inputWidthPx: size.widthPx, inputHeightPx: size.heightPx };
    return decodeYolox(output, { ...input, ...settings, maxIou: YOLOX_MAX_IOU });
  },
};

/**
 * The people of one picture of a batch, from the outputs of a detector, in pixels of its input, best first.
 * @throws AppError `unavailable` where the model's decoder gives no detections.
 */
export function readDetections(model: PlannedModel, outputs: Outputs, picture: InputPicture): Detection[] {
  const read = readers[model.decoder];
  if (read === undefined) throw outputs.problem(`has decoder "${model.decoder}", which finds no people`);
  return read(outputs, picture);
}
