import { decodeDetections } from '#pose/decoders/detections.js';
import type { Detection } from '#pose/detection.js';
import type { InputPicture } from './decode-people.js';
import type { Outputs } from './outputs.js';
import type { PlannedModel } from './plan.js';

const PERSON_LABEL = 0;
const settings = { minScore: 0.1, maxPeople: 100, personLabel: PERSON_LABEL };

/**
 * The people of one picture of a batch, from the outputs of a detector, in pixels of its input, best first.
 * @throws AppError `unavailable` where the outputs are not what the model's decoder reads, or the decoder gives no detections.
 */
export function readDetections(model: PlannedModel, outputs: Outputs, { index }: InputPicture): Detection[] {
  if (model.decoder === 'detections') {
    const { dims, data } = outputs.floats('dets', 3);
    if (dims[2] !== 5) throw outputs.problem(`output "dets" is ${dims.join(' × ')}, not N × k × 5`);
    const count = dims[1];
    const labels = outputs.integers('labels')?.slice(index * count, (index + 1) * count) ?? null;
    return decodeDetections(
      { count, dets: data.subarray(index * count * 5, (index + 1) * count * 5), labels },
      settings,
    );
  }
  throw outputs.problem(`has decoder "${model.decoder}", which finds no people`);
}
