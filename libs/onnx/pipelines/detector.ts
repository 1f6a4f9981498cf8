import type { Detection } from '#pose/detection.js';
import { movedBox } from '#pose/place-pose.js';
import { readDetections } from './decode-detections.js';
import { fitFrame } from './fit.js';
import type { PlannedModel } from './plan.js';
import type { SessionShelf } from './session-shelf.js';
import type { StageFrame } from './stage-frame.js';

/**
 * Largest input of a detector whose size is free. RTMDet-nano, frames made smaller by area, 2026-11-21. AP50 of its boxes with its own
 * scores on PETS09-S2L1 (all frames at 544 × 416, every other elsewhere): 0.930 at 416 × 320, 0.928 at 480 × 352, 0.921 at 544 × 416, 0.913
 * at 640 × 480, 0.898 at 768 × 576. Of 79 people of COCO val2017 at inputs of as many pixels: 0.825, 0.852, 0.856, 0.824; mean OKS of
 * `accurate` rises from 0.828 at 102,400 px² to 0.857 at 230,000. What a larger input gains on photographs it loses on small people far away.
 */
const MAX_AREA_PX = 230_000;

/** The people of a frame in frame pixels, best first, without joints. */
export async function detectPeople(frame: StageFrame, model: PlannedModel, shelf: SessionShelf): Promise<Detection[]> {
  const session = await shelf.model(model);
  const fitter = await shelf.fitter(model.input);
  const fit = fitFrame(frame.analysis, model.input, MAX_AREA_PX);
  const { size, toFrame } = fit;
  const values = session.inputBuffer(size, 1);
  await fitter.fit({ pixels: frame.pixels, size: frame.analysis }, fit, { values, at: 0 });
  const outputs = await session.run(values, size, 1);
  const found = readDetections(model, outputs, { index: 0, size });
  return found.map(({ box, score }) => ({ box: movedBox(box, toFrame), score }));
}
