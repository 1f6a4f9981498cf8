import { decodeHeatmaps } from '#pose/decoders/heatmap.js';
import type { InputPicture } from './decode-people.js';
import type { Outputs } from './outputs.js';
import type { PlannedModel } from './plan.js';

/**
 * The joints of the one person of one crop of a batch, from the outputs of a top-down model.
 * @returns [joints of the model's skeleton × 3]: x px, y px of the crop, score 0..1.
 * @throws AppError `unavailable` where the outputs are not what the model's decoder reads, or the decoder gives no joints.
 */
export function decodeJoints(model: PlannedModel, outputs: Outputs, { index, size }: InputPicture): number[] {
  const input = { inputWidthPx: size.widthPx, inputHeightPx: size.heightPx };
  if (model.decoder === 'heatmap') {
    const { dims, data } = outputs.floats('heatmaps', 4);
    const [, joints, rows, columns] = dims;
    const length = joints * rows * columns;
    const heatmaps = { joints, rows, columns, data: data.subarray(index * length, (index + 1) * length) };
    return decodeHeatmaps(heatmaps, { ...input, refine: 'dark' });
  }
  throw outputs.problem(`has decoder "${model.decoder}", which gives no joints of one person`);
}
