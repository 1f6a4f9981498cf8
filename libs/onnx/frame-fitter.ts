import { Tensor } from 'onnxruntime-node';
import type { Size } from '#geometry/letterbox.js';
import { frameGraph, frameNames } from './frame-graph.js';
import type { PictureTarget } from './normalisation.js';
import { cropDims, cropLength, type CropBuffer, type Picture } from './sampler.js';
import { openGraph, type GraphSession } from './session.js';

/** Where a whole frame lies in a model's input. */
export interface Placement {
  /** Of the input. */
  readonly size: Size;
  /** Of the frame inside it. */
  readonly inner: Size;
  /** Pixels to the left of the frame, and above it. */
  readonly padXPx: number;
  readonly padYPx: number;
  /** Whether each new pixel is a weighted mean of all that it covers; otherwise of the four around its middle. */
  readonly byArea: boolean;
}

const WARM_UP: Size = { widthPx: 8, heightPx: 8 };

/** Puts whole frames into one kind of model input; see `frame-graph.ts`. */
export class FrameFitter {
  private readonly session: GraphSession;
  private readonly target: PictureTarget;

  private constructor(session: GraphSession, target: PictureTarget) {
    this.session = session;
    this.target = target;
  }

  /** Runs on the CPU whatever runs the model, as `Sampler`. */
  static async open(target: PictureTarget): Promise<FrameFitter> {
    const session = await openGraph({
      graph: frameGraph(target),
      file: 'the frame fitter',
      providers: ['cpu'],
      warmUp: async (run) => {
        const picture = { pixels: new Uint8Array(cropLength(WARM_UP)), size: WARM_UP };
        await run(feeds(picture, { size: WARM_UP, inner: WARM_UP, padXPx: 0, padYPx: 0, byArea: false }));
      },
    });
    return new FrameFitter(session, target);
  }

  /** Writes one input, `placement.size` pixels large × 3 channels, into `into`. */
  async fit(picture: Picture, placement: Placement, into: CropBuffer): Promise<void> {
    const { size } = placement;
    const { type, layout } = this.target;
    const values = into.values.subarray(into.at, into.at + cropLength(size));
    const frame = new Tensor(type, values, cropDims(layout, size, 1));
    await this.session.run(feeds(picture, placement), { [frameNames.frame]: frame });
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

function feeds({ pixels, size: from }: Picture, placement: Placement): Record<string, Tensor> {
  const { size, inner, padXPx, padYPx, byArea } = placement;
  const reduced = byArea ? inner : from;
  const right = size.widthPx - inner.widthPx - padXPx;
  const below = size.heightPx - inner.heightPx - padYPx;
  return {
    [frameNames.image]: new Tensor('uint8', pixels, cropDims('NHWC', from, 1)),
    [frameNames.reduced]: numbers(cropDims('NCHW', reduced, 1)),
    [frameNames.inner]: numbers(cropDims('NCHW', inner, 1)),
    [frameNames.margins]: numbers([0, 0, padYPx, padXPx, 0, 0, below, right]),
  };
}

function numbers(values: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(values, BigInt), [values.length]);
}
