import type { Detection } from '#pose/detection.js';
import { movedBox } from '#pose/place-pose.js';
import { readDetections } from './decode-detections.js';
import { fitFrame } from './fit.js';
import type { PlannedModel } from './plan.js';
import { wholeFrameReduction } from './reduction.js';
import type { SessionShelf } from './session-shelf.js';
import type { StageFrame } from './stage-frame.js';

/**
 * Largest input of a detector whose size is free. PETS09-S2L1, every tenth frame, AP50 of the boxes: 0.931 at 416 × 320, 0.917 at 480 × 384,
 * 0.931 at 544 × 416, 0.925 at 640 × 480, 0.911 at 768 × 576; mean OKS of 57 persons of COCO val2017: 0.840, 0.847, 0.847, 0.844
 * (RTMDet-nano and PP-TinyPose-256, 2026-11-21).
 */
const MAX_AREA_PX = 230_000;

/** The people of a frame in frame pixels, best first, without joints. */
export async function detectPeople(frame: StageFrame, model: PlannedModel, shelf: SessionShelf): Promise<Detection[]> {
  const session = await shelf.model(model);
  const sampler = await shelf.sampler(model.input);
  const { size, toFrame } = fitFrame(frame.analysis, model.input, MAX_AREA_PX);
  const values = session.inputBuffer(size, 1);
  const picture = { pixels: frame.pixels, size: frame.analysis };
  const cuts = { crop: size, transforms: [toFrame], reduction: wholeFrameReduction(toFrame) };
  await sampler.cut(picture, cuts, { values, at: 0 });
  const outputs = await session.run(values, size, 1);
  const found = readDetections(model, outputs, { index: 0, size });
  return found.map(({ box, score }) => ({ box: movedBox(box, toFrame), score }));
}
