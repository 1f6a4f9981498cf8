import type { Size } from '#geometry/letterbox.js';
import { decodeMovenetHeads } from '#pose/decoders/movenet-heads.js';
import type { Pose } from '#pose/pose.js';
import type { Outputs } from './outputs.js';
import type { PlannedModel } from './plan.js';

/** Which picture of a batch, and its size in the model's input. */
export interface InputPicture {
  readonly index: number;
  readonly size: Size;
}

/**
 * Low on purpose: the tracker uses weak detections to go on with people it already knows. On the COCO cut (57 persons) mean OKS
 * is 0.597 with these and 0.620 with no threshold at all.
 */
const movenetSettings = { minCentre: 0.05, minScore: 0.03, maxPeople: 100 };

/**
 * The people of one picture of a batch, from the outputs of a one-stage model, in pixels of its input.
 * @throws AppError `unavailable` where the outputs are not what the model's decoder reads, or the decoder gives no poses.
 */
export function decodePeople(model: PlannedModel, outputs: Outputs, { index }: InputPicture): Pose[] {
  if (model.decoder === 'movenet-heads') return movenetPeople(outputs, index);
  throw outputs.problem(`has decoder "${model.decoder}", which gives no people with joints`);
}

function movenetPeople(outputs: Outputs, index: number): Pose[] {
  const [, , rows, columns] = outputs.floats('centre', 4).dims;
  const planes = (role: string, channels: number): Float32Array => {
    const { dims, data } = outputs.floats(role, 4);
    if (dims[1] !== channels || dims[2] !== rows || dims[3] !== columns)
      throw outputs.problem(`output "${role}" is ${dims.join(' × ')}, not N × ${channels} × ${rows} × ${columns}`);
    const length = channels * rows * columns;
    return data.subarray(index * length, (index + 1) * length);
  };
  const heads = {
    rows,
    columns,
    centre: planes('centre', 1),
    heatmaps: planes('heatmaps', 17),
    regression: planes('regression', 34),
    offsets: planes('offsets', 34),
    boxSize: planes('boxSize', 2),
    boxOffset: planes('boxOffset', 2),
  };
  return decodeMovenetHeads(heads, movenetSettings);
}
