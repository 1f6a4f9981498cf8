import { seededRandom } from '#base/random.js';
import { letterbox, type Size } from '#geometry/letterbox.js';
import { FrameFitter, type Placement } from './frame-fitter.js';
import type { PictureTarget } from './normalisation.js';
import { cropLength, Sampler } from './sampler.js';

const plain: PictureTarget = {
  type: 'float32',
  layout: 'NHWC',
  colour: 'RGB',
  mean: [0, 0, 0],
  std: [1, 1, 1],
  pad: 7,
};

function place(frame: Size, size: Size, byArea: boolean): Placement {
  return { size, byArea, ...letterbox(frame, size) };
}

function room({ type }: PictureTarget, size: Size): Float32Array | Uint8Array {
  return type === 'uint8' ? new Uint8Array(cropLength(size)) : new Float32Array(cropLength(size));
}

async function fit(target: PictureTarget, pixels: Uint8Array, frame: Size, placement: Placement): Promise<number[]> {
  const fitter = await FrameFitter.open(target);
  const values = room(target, placement.size);
  await fitter.fit({ pixels, size: frame }, placement, { values, at: 0 });
  await fitter.close();
  return Array.from(values);
}

describe('FrameFitter', () => {
  const small = { widthPx: 4, heightPx: 2 };
  // Pixel i is (i, 100 + i, 200 − i).
  const numbered = Uint8Array.from({ length: cropLength(small) }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return [pixel, 100 + pixel, 200 - pixel][at % 3];
  });

  it.each<[string, Size, boolean, number[]]>([
    ['as it is', small, false, [0, 1, 2, 3, 4, 5, 6, 7]],
    ['in the middle of more', { widthPx: 6, heightPx: 2 }, false, [7, 0, 1, 2, 3, 7, 7, 4, 5, 6, 7, 7]],
    ['with more below than above', { widthPx: 4, heightPx: 3 }, false, [0, 1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7]],
    ['at half the size', { widthPx: 2, heightPx: 1 }, false, [2.5, 4.5]],
    // A triangle of weights 1, 3, 3, 1; beyond the border the last pixel goes on.
    ['at half the size by area', { widthPx: 2, heightPx: 1 }, true, [2 + 5 / 8, 2 + 19 / 8]],
  ])('shows a frame %s', async (_, size, byArea, reds) => {
    const found = await fit(plain, numbered, small, place(small, size, byArea));
    const shown = found.filter((__, at) => at % 3 === 0);
    expect(shown).toHaveLength(reds.length);
    for (const [at, red] of reds.entries()) expect(shown[at]).toBeCloseTo(red, 4);
  });

  it('gives each model its colours, layout and normalisation', async () => {
    const target: PictureTarget = { ...plain, layout: 'NCHW', colour: 'BGR', mean: [10, 20, 30], std: [2, 4, 5] };
    const found = await fit(target, numbered, small, place(small, small, false));
    for (let pixel = 0; pixel < 8; pixel++) {
      expect(found[pixel]).toBeCloseTo((200 - pixel - 10) / 2, 3);
      expect(found[8 + pixel]).toBeCloseTo((100 + pixel - 20) / 4, 3);
      expect(found[16 + pixel]).toBeCloseTo((pixel - 30) / 5, 3);
    }
  });

  it('gives a model that takes bytes whole ones', async () => {
    const half = { widthPx: 2, heightPx: 1 };
    const target: PictureTarget = { ...plain, type: 'uint8', mean: [50, 50, 50] };
    const found = await fit(target, numbered, small, place(small, half, true));
    expect(found).toEqual([3, 103, 197, 4, 104, 196]);
  });

  it.each<[PictureTarget['type'], PictureTarget['layout'], Size, boolean]>([
    ['float32', 'NCHW', { widthPx: 64, heightPx: 64 }, false],
    ['float32', 'NHWC', { widthPx: 64, heightPx: 32 }, true],
    ['uint8', 'NHWC', { widthPx: 96, heightPx: 64 }, false],
  ])('shows the same as the sampler of crops: %s, %s, %o', async (type, layout, size, byArea) => {
    const random = seededRandom(4);
    const frame = { widthPx: 111, heightPx: 70 };
    const pixels = Uint8Array.from({ length: cropLength(frame) }, () => Math.floor(random() * 256));
    const target: PictureTarget = { ...plain, type, layout };
    const placement = place(frame, size, byArea);
    const { inner, padXPx, padYPx } = placement;
    const [x, y] = [frame.widthPx / inner.widthPx, frame.heightPx / inner.heightPx];
    const sampler = await Sampler.open(target);
    const values = room(target, size);
    const reduction = byArea ? Math.sqrt(x * y) : 1;
    const transforms = [[x, 0, -padXPx * x, 0, y, -padYPx * y] as const];
    await sampler.cut({ pixels, size: frame }, { crop: size, transforms, reduction }, { values, at: 0 });
    await sampler.close();
    const found = await fit(target, pixels, frame, placement);
    for (const [at, value] of found.entries())
      expect(Math.abs(value - values[at])).toBeLessThanOrEqual(type === 'uint8' ? 1 : 0.05);
  });
});
