import { applyAffine } from '#geometry/affine.js';
import type { Detection } from '#pose/detection.js';
import { readDetections } from './decode-detections.js';
import { fitFrame } from './fit.js';
import type { ModelSession } from './model-session.js';
import type { PlannedModel } from './plan.js';
import type { SessionShelf } from './session-shelf.js';
import type { StageFrame } from './stage-frame.js';

/** Largest input of a detector whose size is free. */
const MAX_AREA_PX = 640 * 480;

/** The session of a detector, opened where it is not. */
export function openDetector(model: PlannedModel, shelf: SessionShelf): Promise<ModelSession> {
  return shelf.model(model, (outputs, size) => readDetections(model, outputs, { index: 0, size }));
}

/** The people of a frame in frame pixels, best first, without joints. */
export async function detectPeople(frame: StageFrame, model: PlannedModel, shelf: SessionShelf): Promise<Detection[]> {
  const session = await openDetector(model, shelf);
  const sampler = await shelf.sampler(model.input);
  const { size, toFrame } = fitFrame(frame.analysis, model.input, MAX_AREA_PX);
  const values = session.inputBuffer(size, 1);
  const picture = { pixels: frame.pixels, size: frame.analysis };
  await sampler.cut(picture, { crop: size, transforms: [toFrame] }, { values, at: 0 });
  const outputs = await session.run(values, size, 1);
  return readDetections(model, outputs, { index: 0, size }).map(({ box: [x1, y1, x2, y2], score }) => {
    const topLeft = applyAffine(toFrame, { x: x1, y: y1 });
    const bottomRight = applyAffine(toFrame, { x: x2, y: y2 });
    return { box: [topLeft.x, topLeft.y, bottomRight.x, bottomRight.y], score };
  });
}
