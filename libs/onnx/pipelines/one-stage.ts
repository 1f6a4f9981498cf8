import { applyAffine, type Affine } from '#geometry/affine.js';
import type { Size } from '#geometry/letterbox.js';
import type { Pose } from '#pose/pose.js';
import { KEYPOINT_STRIDE } from '#pose/pose.js';
import { cropLength } from '../sampler.js';
import { decodePeople } from './decode-people.js';
import { fitFrame, type Fit } from './fit.js';
import type { ModelSession } from './model-session.js';
import type { PipelinePlan, PlannedModel } from './plan.js';
import type { SessionShelf } from './session-shelf.js';
import { finished, type Pipeline, type StageFrame } from './stage-frame.js';

/** One model from a frame to all its people. A model that takes frames as they are gets them so, frames of one size at once. */
export function oneStage(plan: Extract<PipelinePlan, { kind: 'one-stage' }>, shelf: SessionShelf): Pipeline {
  const { pose: model, maxAreaPx } = plan;
  return {
    open: () => openModel(model, shelf),
    estimate: async (frames) => {
      const people = new Array<Pose[]>(frames.length);
      for (const group of alike(frames, model, maxAreaPx)) {
        const poses = await estimateAlike(group, model, shelf);
        for (const [at, index] of group.indices.entries()) people[index] = finished(poses[at], frames[index]);
      }
      return people;
    },
  };
}

function openModel(model: PlannedModel, shelf: SessionShelf): Promise<ModelSession> {
  return shelf.model(model, (outputs, size) => decodePeople(model, outputs, { index: 0, size }));
}

/** Frames that fit into one run. */
interface Group {
  readonly indices: number[];
  readonly frames: StageFrame[];
  readonly fit: Fit;
}

/** Neighbours of one size; each frame alone where the model takes one at a time. */
function alike(frames: readonly StageFrame[], model: PlannedModel, maxAreaPx: number): Group[] {
  const groups: Group[] = [];
  for (const [index, frame] of frames.entries()) {
    const last = groups.at(-1);
    if (last !== undefined && model.input.batch === 'any' && sameSize(last.frames[0].analysis, frame.analysis)) {
      last.indices.push(index);
      last.frames.push(frame);
    } else {
      groups.push({ indices: [index], frames: [frame], fit: fitFrame(frame.analysis, model.input, maxAreaPx) });
    }
  }
  return groups;
}

async function estimateAlike({ frames, fit }: Group, model: PlannedModel, shelf: SessionShelf): Promise<Pose[][]> {
  const session = await openModel(model, shelf);
  const { size, toFrame } = fit;
  const count = frames.length;
  if (takesAsItIs(model, size, frames[0].analysis)) {
    const outputs = await session.run(contiguous(frames), size, count);
    return frames.map((_, index) => decodePeople(model, outputs, { index, size }));
  }
  const sampler = await shelf.sampler(model.input);
  const values = session.inputBuffer(size, count);
  for (const [index, { pixels, analysis }] of frames.entries())
    await sampler.cut(
      { pixels, size: analysis },
      { crop: size, transforms: [toFrame] },
      { values, at: index * cropLength(size) },
    );
  const outputs = await session.run(values, size, count);
  return frames.map((_, index) => decodePeople(model, outputs, { index, size }).map((pose) => placed(pose, toFrame)));
}

function takesAsItIs({ input }: PlannedModel, size: Size, frame: Size): boolean {
  return input.type === 'uint8' && input.layout === 'NHWC' && input.colour === 'RGB' && sameSize(size, frame);
}

/** The pixels of frames that lie one after another in one buffer, as a session thread gets them. */
function contiguous(frames: readonly StageFrame[]): Uint8Array {
  const [{ pixels }] = frames;
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength * frames.length);
}

function sameSize(a: Size, b: Size): boolean {
  return a.widthPx === b.widthPx && a.heightPx === b.heightPx;
}

/** A pose moved through a map that only scales and shifts. */
function placed(pose: Pose, map: Affine): Pose {
  const topLeft = applyAffine(map, { x: pose.box[0], y: pose.box[1] });
  const bottomRight = applyAffine(map, { x: pose.box[2], y: pose.box[3] });
  return {
    ...pose,
    box: [topLeft.x, topLeft.y, bottomRight.x, bottomRight.y],
    keypoints: placedJoints(pose.keypoints, map),
  };
}

/** [joints × 3] moved through a map; scores stay. */
export function placedJoints(keypoints: readonly number[], map: Affine): number[] {
  const moved: number[] = [];
  for (let at = 0; at < keypoints.length; at += KEYPOINT_STRIDE) {
    const { x, y } = applyAffine(map, { x: keypoints[at], y: keypoints[at + 1] });
    moved.push(x, y, keypoints[at + 2]);
  }
  return moved;
}
