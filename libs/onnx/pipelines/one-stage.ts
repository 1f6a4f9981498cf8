import type { Affine } from '#geometry/affine.js';
import type { Size } from '#geometry/letterbox.js';
import { movedBox, movedJoints } from '#pose/place-pose.js';
import type { Pose } from '#pose/pose.js';
import { LARGE_PERSON_PX, mergeLooks, needsSecondLook, SECOND_LOOK_AREA_PX } from '#pose/second-look.js';
import { cropLength } from '../sampler.js';
import { decodePeople } from './decode-people.js';
import { fitFrame, type Fit } from './fit.js';
import type { PipelinePlan, PlannedModel } from './plan.js';
import type { SessionShelf } from './session-shelf.js';
import { finished, type Pipeline, type StageFrame } from './stage-frame.js';

/**
 * One model from a frame to all its people. A model that takes frames as they are gets them so, frames of one size at once; frames with
 * people too large for it are looked at again, see `libs/pose/second-look.ts`.
 */
export function oneStage(plan: Extract<PipelinePlan, { kind: 'one-stage' }>, shelf: SessionShelf): Pipeline {
  const { pose: model, maxAreaPx } = plan;
  return {
    open: () => shelf.model(model),
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

async function estimateAlike(group: Group, model: PlannedModel, shelf: SessionShelf): Promise<Pose[][]> {
  const first = await look(group, model, shelf);
  const fit = secondFit(group, model);
  if (fit === null) return first;
  const largePx = LARGE_PERSON_PX * group.fit.toFrame[0];
  const indices = first.flatMap((poses, index) => (needsSecondLook(poses, largePx) ? [index] : []));
  if (indices.length === 0) return first;
  const second = await look({ indices, frames: indices.map((index) => group.frames[index]), fit }, model, shelf);
  for (const [at, index] of indices.entries()) first[index] = mergeLooks(first[index], second[at], largePx);
  return first;
}

/** The smaller size for people too large; null where the model has no such weakness, or the first look was hardly larger. */
function secondFit({ frames, fit }: Group, model: PlannedModel): Fit | null {
  if (model.decoder !== 'movenet-heads' || areaOf(fit.size) < 1.5 * SECOND_LOOK_AREA_PX) return null;
  return fitFrame(frames[0].analysis, model.input, SECOND_LOOK_AREA_PX);
}

function areaOf({ widthPx, heightPx }: Size): number {
  return widthPx * heightPx;
}

/** The people of each frame of a group in pixels of the frame. */
async function look({ frames, fit }: Group, model: PlannedModel, shelf: SessionShelf): Promise<Pose[][]> {
  const session = await shelf.model(model);
  const { size, toFrame } = fit;
  const count = frames.length;
  if (takesAsItIs(model, size, frames[0].analysis)) {
    const outputs = await session.run(contiguous(frames), size, count);
    return frames.map((_, index) => decodePeople(model, outputs, { index, size }));
  }
  const fitter = await shelf.fitter(model.input);
  const values = session.inputBuffer(size, count);
  for (const [index, { pixels, analysis }] of frames.entries())
    await fitter.fit({ pixels, size: analysis }, fit, { values, at: index * cropLength(size) });
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
  return {
    ...pose,
    box: movedBox(pose.box, map),
    keypoints: movedJoints(pose.keypoints, map),
  };
}
