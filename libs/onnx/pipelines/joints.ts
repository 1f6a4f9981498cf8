import type { Affine } from '#geometry/affine.js';
import { cropLength } from '../sampler.js';
import { fixedSize } from './fit.js';
import type { ModelSession } from './model-session.js';
import type { Outputs } from './outputs.js';
import { cropReduction } from './reduction.js';
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
  const ordered = byReduction(crops);
  const results = new Array<T>(crops.length);
  for (let start = 0; start < ordered.length; start += MAX_CUT) {
    const part = ordered.slice(start, start + MAX_CUT);
    const values = session.inputBuffer(size, part.length);
    for (const { at, frame, transforms, reduction } of byFrame(part))
      await sampler.cut(
        { pixels: frame.pixels, size: frame.analysis },
        { crop: size, transforms, reduction },
        { values, at: at * cropLength(size) },
      );
    for (let at = 0; at < part.length; at += most) {
      const count = Math.min(most, part.length - at);
      const outputs = await session.run(values.subarray(at * cropLength(size)), size, count);
      for (let index = 0; index < count; index++) results[part[at + index].index] = read.decode(outputs, index);
    }
  }
  return results;
}

/** A crop, its number in the order of the caller, and how much smaller its frame is made for it. */
interface OrderedCrop extends PersonCrop {
  readonly index: number;
  readonly reduction: number;
}

/** Crops of one reduction next to each other, otherwise as they came. */
function byReduction(crops: readonly PersonCrop[]): OrderedCrop[] {
  return crops
    .map((crop, index) => ({ ...crop, index, reduction: cropReduction(crop.toFrame) }))
    .sort((a, b) => a.reduction - b.reduction);
}

interface FrameCrops {
  /** Number of the first crop. */
  readonly at: number;
  readonly frame: StageFrame;
  readonly transforms: Affine[];
  readonly reduction: number;
}

/** Neighbours of one frame and one reduction are cut together, so that its pixels are converted once. */
function byFrame(crops: readonly OrderedCrop[]): FrameCrops[] {
  const groups: FrameCrops[] = [];
  for (const [at, { frame, toFrame, reduction }] of crops.entries()) {
    const last = groups.at(-1);
    if (last?.frame === frame && last.reduction === reduction) last.transforms.push(toFrame);
    else groups.push({ at, frame, transforms: [toFrame], reduction });
  }
  return groups;
}
