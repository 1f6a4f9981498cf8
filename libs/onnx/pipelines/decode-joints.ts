import type { Size } from '#geometry/letterbox.js';
import { convertSkeleton, skeletonJoints, type SkeletonName } from '#pose/convert-skeleton.js';
import { decodeHeatmaps } from '#pose/decoders/heatmap.js';
import { decodeRegression } from '#pose/decoders/regression.js';
import { decodeSimcc } from '#pose/decoders/simcc.js';
import { part, type InputPicture } from './decode-people.js';
import type { Outputs } from './outputs.js';
import type { PlannedModel } from './plan.js';

type ReadJoints = (outputs: Outputs, picture: InputPicture, skeleton: SkeletonName) => number[];

const readers: Readonly<Partial<Record<PlannedModel['decoder'], ReadJoints>>> = {
  heatmap: (outputs, { index, size }) => {
    const { dims, data } = outputs.floats('heatmaps');
    const [, joints, rows, columns] = dims;
    const heatmaps = { joints, rows, columns, data: part(data, index, joints * rows * columns) };
    return decodeHeatmaps(heatmaps, { ...inputOf(size), refine: 'dark' });
  },
  simcc: (outputs, { index, size }) => {
    const [x, y] = [outputs.floats('x'), outputs.floats('y')];
    const [, joints, xBins] = x.dims;
    const yBins = y.dims[2];
    const bins = { x: part(x.data, index, joints * xBins), y: part(y.data, index, joints * yBins) };
    return decodeSimcc({ joints, xBins, yBins, ...bins }, inputOf(size));
  },
  regression: (outputs, { index, size }, skeleton) => {
    const { data, dims } = outputs.floats('joints');
    const joints = skeletonJoints[skeleton].length;
    const values = part(data, index, data.length / dims[0]);
    return decodeRegression({ joints, values, stride: values.length === 3 * joints ? 3 : 2 }, inputOf(size));
  },
};

/**
 * The joints of the one person of one crop of a batch, from the outputs of a top-down model.
 * @returns [17 × 3] in COCO order: x px, y px of the crop, score 0..1.
 * @throws AppError `unavailable` where the model's decoder gives no joints of one person.
 */
export function decodeJoints(model: PlannedModel, outputs: Outputs, picture: InputPicture): number[] {
  const { decoder, skeleton } = model;
  const read = readers[decoder];
  if (read === undefined) throw outputs.problem(`has decoder "${decoder}", which gives no joints of one person`);
  if (skeleton === null) throw outputs.problem('says no skeleton');
  const joints = read(outputs, picture, skeleton);
  return skeleton === 'coco17' ? joints : convertSkeleton(joints, skeleton, 'coco17');
}

function inputOf({ widthPx, heightPx }: Size): { inputWidthPx: number; inputHeightPx: number } {
  return { inputWidthPx: widthPx, inputHeightPx: heightPx };
}
