import { Tensor } from 'onnxruntime-node';
import type { Affine } from '#geometry/affine.js';
import type { Size } from '#geometry/letterbox.js';
import type { PictureTarget } from './normalisation.js';
import { samplerGraph, samplerNames } from './sampler-graph.js';
import { openGraph, type GraphSession } from './session.js';

/** A picture to cut from: raw RGB, widthPx × heightPx × 3 bytes. */
export interface Picture {
  readonly pixels: Uint8Array;
  readonly size: Size;
}

/** What to cut. */
export interface Cuts {
  /** Size of each crop. */
  readonly crop: Size;
  /** One for each crop: crop pixels → picture pixels. */
  readonly transforms: readonly Affine[];
  /** How many times smaller the picture is made before crops are read from it, 1 or more; see `reduction.ts`. Default 1: as it is. */
  readonly reduction?: number;
}

/** Where crops are written: a buffer of the model's type that the caller owns, from element `at`. */
export interface CropBuffer {
  readonly values: Float32Array | Uint8Array;
  readonly at: number;
}

const CHANNELS = 3;
const THETA_LENGTH = 6;
const WARM_UP: Size = { widthPx: 8, heightPx: 8 };
const UNMOVED: Affine = [1, 0, 0, 0, 1, 0];

/** Cuts crops for one kind of model input; see `sampler-graph.ts`. */
export class Sampler {
  private readonly session: GraphSession;
  private readonly type: PictureTarget['type'];
  private readonly layout: PictureTarget['layout'];

  private constructor(session: GraphSession, target: PictureTarget) {
    this.session = session;
    this.type = target.type;
    this.layout = target.layout;
  }

  /** Runs on the CPU whatever runs the model: a crop is a fraction of what the model costs. */
  static async open(target: PictureTarget): Promise<Sampler> {
    const session = await openGraph({
      graph: samplerGraph(target),
      file: 'the sampler',
      providers: ['cpu'],
      warmUp: async (run) => {
        const picture = { pixels: new Uint8Array(WARM_UP.widthPx * WARM_UP.heightPx * CHANNELS), size: WARM_UP };
        await run(feeds(picture, { crop: WARM_UP, transforms: [UNMOVED] }));
      },
    });
    return new Sampler(session, target);
  }

  /** Writes one crop for each transform into `into`, one after another, each `crop` pixels large × 3 channels. */
  async cut(picture: Picture, cuts: Cuts, into: CropBuffer): Promise<void> {
    const { crop, transforms } = cuts;
    if (transforms.length === 0) return;
    const length = transforms.length * cropLength(crop);
    const values = into.values.subarray(into.at, into.at + length);
    const crops = new Tensor(this.type, values, cropDims(this.layout, crop, transforms.length));
    await this.session.run(feeds(picture, cuts), { [samplerNames.crops]: crops });
  }

  close(): Promise<void> {
    return this.session.close();
  }
}

/** Elements of one crop. */
export function cropLength({ widthPx, heightPx }: Size): number {
  return widthPx * heightPx * CHANNELS;
}

/** Dimensions of a stack of crops in a model's layout. */
export function cropDims(layout: PictureTarget['layout'], { widthPx, heightPx }: Size, count: number): number[] {
  return layout === 'NCHW' ? [count, CHANNELS, heightPx, widthPx] : [count, heightPx, widthPx, CHANNELS];
}

function feeds({ pixels, size }: Picture, { crop, transforms, reduction = 1 }: Cuts): Record<string, Tensor> {
  const count = transforms.length;
  const { widthPx, heightPx } = crop;
  const theta = new Float32Array(count * THETA_LENGTH);
  for (const [index, transform] of transforms.entries())
    theta.set(normalised(transform, crop, size), index * THETA_LENGTH);
  const { image, reduced, theta: thetaName, size: sizeName, gridShape, planesShape } = samplerNames;
  return {
    [image]: new Tensor('uint8', pixels, [1, size.heightPx, size.widthPx, CHANNELS]),
    [reduced]: shape(1, CHANNELS, reducedSide(size.heightPx, reduction), reducedSide(size.widthPx, reduction)),
    [thetaName]: new Tensor('float32', theta, [count, 2, 3]),
    [sizeName]: shape(count, CHANNELS, heightPx, widthPx),
    [gridShape]: shape(1, count * heightPx, widthPx, 2),
    [planesShape]: shape(CHANNELS, count, heightPx, widthPx),
  };
}

function reducedSide(sidePx: number, reduction: number): number {
  return Math.max(1, Math.round(sidePx / reduction));
}

/** A transform between pixels as one between coordinates that run from −1 to 1, edge to edge: the same however many pixels lie between. */
function normalised([a, b, c, d, e, f]: Affine, crop: Size, picture: Size): Affine {
  const { widthPx: w, heightPx: h } = crop;
  const { widthPx, heightPx } = picture;
  return [
    (a * w) / widthPx,
    (b * h) / widthPx,
    (a * w + b * h + 2 * c) / widthPx - 1,
    (d * w) / heightPx,
    (e * h) / heightPx,
    (d * w + e * h + 2 * f) / heightPx - 1,
  ];
}

function shape(...dims: readonly number[]): Tensor {
  return new Tensor('int64', BigInt64Array.from(dims, BigInt), [dims.length]);
}
