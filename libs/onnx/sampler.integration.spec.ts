import { seededRandom } from '#base/random.js';
import { invertAffine, type Affine } from '#geometry/affine.js';
import { cropTransform } from '#geometry/crop.js';
import type { Size } from '#geometry/letterbox.js';
import type { PictureTarget } from './normalisation.js';
import { cropLength, Sampler, type Cuts } from './sampler.js';

const plain: PictureTarget = {
  type: 'float32',
  layout: 'NHWC',
  colour: 'RGB',
  mean: [0, 0, 0],
  std: [1, 1, 1],
  pad: 7,
};

/** Pixels numbered in reading order: pixel i is (i, 100 + i, 200 − i). */
function numbered({ widthPx, heightPx }: Size): Uint8Array {
  return Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return [pixel, 100 + pixel, 200 - pixel][at % 3];
  });
}

async function cut(target: PictureTarget, picture: { pixels: Uint8Array; size: Size }, cuts: Cuts): Promise<number[]> {
  const { crop, transforms } = cuts;
  const sampler = await Sampler.open(target);
  const length = transforms.length * cropLength(crop);
  const values = target.type === 'uint8' ? new Uint8Array(length) : new Float32Array(length);
  await sampler.cut(picture, cuts, { values, at: 0 });
  await sampler.close();
  return Array.from(values);
}

/** A grey picture from the brightness at the middle of each pixel, 0..255. */
function grey({ widthPx, heightPx }: Size, brightness: (x: number, y: number) => number): Uint8Array {
  return Uint8Array.from({ length: widthPx * heightPx * 3 }, (_, at) => {
    const pixel = Math.floor(at / 3);
    return Math.round(brightness((pixel % widthPx) + 0.5, Math.floor(pixel / widthPx) + 0.5));
  });
}

/** The reds of a grey picture shown as `crop`, as a row of numbers. */
async function shown(pixels: Uint8Array, size: Size, cuts: Cuts): Promise<number[]> {
  return (await cut(plain, { pixels, size }, cuts)).filter((_, at) => at % 3 === 0);
}

/** What bilinear sampling is: the four pixels around a point, beside the picture the pad value. */
function expectedAt(
  picture: { pixels: Uint8Array; size: Size },
  point: { x: number; y: number },
  channel: number,
): number {
  const { widthPx, heightPx } = picture.size;
  const [left, top] = [Math.floor(point.x - 0.5), Math.floor(point.y - 0.5)];
  const [right, bottom] = [point.x - 0.5 - left, point.y - 0.5 - top];
  const pixel = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= widthPx || y >= heightPx ? plain.pad : picture.pixels[(y * widthPx + x) * 3 + channel];
  return (
    (1 - bottom) * ((1 - right) * pixel(left, top) + right * pixel(left + 1, top)) +
    bottom * ((1 - right) * pixel(left, top + 1) + right * pixel(left + 1, top + 1))
  );
}

describe('Sampler', () => {
  const size = { widthPx: 4, heightPx: 3 };
  const picture = { pixels: numbered(size), size };

  it.each<[string, Affine, Size, number[]]>([
    ['a whole picture as it is', [1, 0, 0, 0, 1, 0], size, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]],
    ['a part', [1, 0, 1, 0, 1, 1], { widthPx: 2, heightPx: 2 }, [5, 6, 9, 10]],
    ['pixels halfway between others', [1, 0, 0.5, 0, 1, 0.5], { widthPx: 2, heightPx: 1 }, [2.5, 3.5]],
    ['half the size', [2, 0, 0, 0, 2, 0], { widthPx: 2, heightPx: 1 }, [2.5, 4.5]],
    ['what lies beside the picture as the pad value', [1, 0, -1, 0, 1, -1], { widthPx: 2, heightPx: 2 }, [7, 7, 7, 0]],
    ['half a pixel over the border', [1, 0, -0.5, 0, 1, 1], { widthPx: 1, heightPx: 1 }, [(7 + 4) / 2]],
    ['a quarter turn', [0, 1, 0, -1, 0, 3], { widthPx: 3, heightPx: 4 }, [8, 4, 0, 9, 5, 1, 10, 6, 2, 11, 7, 3]],
    ['a mirrored picture', [-1, 0, 4, 0, 1, 0], { widthPx: 4, heightPx: 1 }, [3, 2, 1, 0]],
  ])('shows %s', async (_, toPicture, crop, reds) => {
    const found = await cut(plain, picture, { crop, transforms: [toPicture] });
    expect(found.filter((__, at) => at % 3 === 0).map((value) => Math.round(value * 1000) / 1000)).toEqual(reds);
  });

  it('gives each model its colours, layout and normalisation', async () => {
    const transforms: Affine[] = [
      [1, 0, 0, 0, 1, 0],
      [1, 0, 2, 0, 1, 2],
    ];
    const crop = { widthPx: 1, heightPx: 1 };
    const found = await cut({ ...plain, layout: 'NCHW', colour: 'BGR', mean: [10, 20, 30], std: [2, 4, 5] }, picture, {
      crop,
      transforms,
    });
    const normal = (red: number): number[] => [(200 - red - 10) / 2, (100 + red - 20) / 4, (red - 30) / 5];
    for (const [at, value] of [...normal(0), ...normal(10)].entries()) expect(found[at]).toBeCloseTo(value, 3);
  });

  it('gives a model that takes bytes whole ones', async () => {
    const target: PictureTarget = { ...plain, type: 'uint8', mean: [50, 50, 50], pad: 0 };
    const crop = { widthPx: 1, heightPx: 1 };
    expect(await cut(target, picture, { crop, transforms: [[1, 0, 0.7, 0, 1, 0]] })).toEqual([1, 101, 199]);
  });

  it('writes crops of turned, scaled and cut-off people where it is told to, and nothing else', async () => {
    const random = seededRandom(3);
    const large = { widthPx: 37, heightPx: 23 };
    const noise = {
      pixels: Uint8Array.from({ length: cropLength(large) }, () => Math.floor(random() * 256)),
      size: large,
    };
    const crop = { widthPx: 6, heightPx: 8 };
    const transforms = Array.from({ length: 5 }, (): Affine => {
      const [x, y] = [random() * 40 - 5, random() * 25 - 5];
      const box = [x, y, x + 3 + 10 * random(), y + 3 + 10 * random()] as const;
      return invertAffine(cropTransform(box, crop, { padding: 1.25, rotationRad: 6 * random() })) ?? [1, 0, 0, 0, 1, 0];
    });
    const sampler = await Sampler.open(plain);
    const values = new Float32Array(transforms.length * cropLength(crop) + 6).fill(-1);
    await sampler.cut(noise, { crop, transforms }, { values, at: 3 });
    await sampler.close();
    expect([...values.subarray(0, 3), ...values.subarray(-3)]).toEqual([-1, -1, -1, -1, -1, -1]);
    for (const [index, [a, b, c, d, e, f]] of transforms.entries())
      for (let at = 0; at < cropLength(crop); at++) {
        const pixel = Math.floor(at / 3);
        const [u, v] = [(pixel % crop.widthPx) + 0.5, Math.floor(pixel / crop.widthPx) + 0.5];
        const point = { x: a * u + b * v + c, y: d * u + e * v + f };
        const found = values[3 + index * cropLength(crop) + at];
        expect(Math.abs(found - expectedAt(noise, point, at % 3))).toBeLessThan(1e-3);
      }
  });

  describe('of a picture made smaller first', () => {
    const fine = { widthPx: 96, heightPx: 72 };

    it.each<[string, number, (x: number, y: number) => number]>([
      ['a chequerboard', 1.41, (x, y) => ((Math.floor(x) + Math.floor(y)) % 2) * 200],
      ['a chequerboard', 2.7, (x, y) => ((Math.floor(x) + Math.floor(y)) % 2) * 200],
      ['a chequerboard of two pixels', 4.5, (x, y) => ((Math.floor(x / 2) + Math.floor(y / 2)) % 2) * 200],
      ['stripes of one pixel', 1.5, (x) => (Math.floor(x) % 2) * 200],
      // Rings that are finer than two pixels of the crop everywhere from a third of the way on.
      ['rings', 4, (x, y) => 100 + 100 * Math.cos((Math.hypot(x + 48, y + 36) ** 2 * Math.PI) / 300)],
    ])('%s too fine to be shown %f times smaller is grey', async (_, scale, brightness) => {
      const crop = { widthPx: Math.floor(80 / scale), heightPx: Math.floor(60 / scale) };
      const transforms: Affine[] = [[scale, 0, 8, 0, scale, 6]];
      const pixels = grey(fine, brightness);
      const spread = (values: number[]): number => Math.max(...values.map((value) => Math.abs(value - 100)));
      expect(spread(await shown(pixels, fine, { crop, transforms, reduction: scale }))).toBeLessThan(30);
      expect(spread(await shown(pixels, fine, { crop, transforms }))).toBeGreaterThan(40);
    });

    it.each([1.3, 2, 3.7])('everything is where it was: %f times smaller', async (reduction) => {
      const slope = (x: number, y: number): number => 20 + 1.5 * x + 0.8 * y;
      const pixels = grey(fine, slope);
      const crop = { widthPx: 9, heightPx: 7 };
      const turned: Affine = [3 * Math.cos(1), -3 * Math.sin(1), 48, 3 * Math.sin(1), 3 * Math.cos(1), 15];
      const transforms: Affine[] = [[4, 0, 24, 0, 4, 20], turned, [-5, 0, 80, 0, 5, 16]];
      const found = await shown(pixels, fine, { crop, transforms, reduction });
      for (const [at, value] of found.entries()) {
        const [a, b, c, d, e, f] = transforms[Math.floor(at / 63)];
        const [u, v] = [(at % 9) + 0.5, Math.floor((at % 63) / 9) + 0.5];
        expect(Math.abs(value - slope(a * u + b * v + c, d * u + e * v + f))).toBeLessThan(1);
      }
    });
  });
});
