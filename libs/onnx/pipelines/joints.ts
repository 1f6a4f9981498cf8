import type { Affine } from '#geometry/affine.js';
import { cropLength } from '../sampler.js';
import { fixedSize } from './fit.js';
import type { ModelSession } from './model-session.js';
import type { Outputs } from './outputs.js';
import type { SessionShelf } from './session-shelf.js';
import type { StageFrame } from './stage-frame.js';

/** One person's crop of one frame. */
export interface PersonCrop {
  readonly frame: StageFrame;
  /** Crop pixels → frame pixels. */
  readonly toFrame: Affine;
}

/** People of one run. More take more memory and save nothing: a person costs 13 ms alone and 14 ms among 8 (one thread, tinypose-256). */
const MAX_RUN = 8;

/** People whose crops are in memory at once: 19 MB of 256 × 192. */
const MAX_CUT = 32;

/**
 * Runs a model over the crops of all people of all frames, in runs of at most `MAX_RUN`, and reads each person's outputs.
 * @returns one result for each crop, in order.
 */
export async function eachPerson<T>(
  crops: readonly PersonCrop[],
  session: ModelSession,
  read: { readonly shelf: SessionShelf; readonly decode: (outputs: Outputs, index: number) => T },
): Promise<T[]> {
  const { input } = session.model;
  const size = fixedSize(session.model);
  const sampler = await read.shelf.sampler(input);
  const most = input.batch === 'one' ? 1 : MAX_RUN;
  const results: T[] = [];
  for (let start = 0; start < crops.length; start += MAX_CUT) {
    const part = crops.slice(start, start + MAX_CUT);
    const values = session.inputBuffer(size, part.length);
    for (const { at, frame, transforms } of byFrame(part))
      await sampler.cut(
        { pixels: frame.pixels, size: frame.analysis },
        { crop: size, transforms },
        { values, at: at * cropLength(size) },
      );
    for (let at = 0; at < part.length; at += most) {
      const count = Math.min(most, part.length - at);
      const outputs = await session.run(values.subarray(at * cropLength(size)), size, count);
      for (let index = 0; index < count; index++) results.push(read.decode(outputs, index));
    }
  }
  return results;
}

interface FrameCrops {
  /** Number of the first crop. */
  readonly at: number;
  readonly frame: StageFrame;
  readonly transforms: Affine[];
}

/** Neighbours of one frame are cut together, so that its pixels are converted once. */
function byFrame(crops: readonly PersonCrop[]): FrameCrops[] {
  const groups: FrameCrops[] = [];
  for (const [at, { frame, toFrame }] of crops.entries()) {
    const last = groups.at(-1);
    if (last?.frame === frame) last.transforms.push(toFrame);
    else groups.push({ at, frame, transforms: [toFrame] });
  }
  return groups;
}
