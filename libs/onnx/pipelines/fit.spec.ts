import { applyAffine } from '#geometry/affine.js';
import { fitFrame } from './fit.js';
import type { PlannedModel } from './plan.js';

const input = (size: PlannedModel['input']['size']): PlannedModel['input'] => ({
  name: 'image',
  type: 'float32',
  layout: 'NCHW',
  colour: 'RGB',
  size,
  batch: 'one',
  mean: [0, 0, 0],
  std: [1, 1, 1],
  pad: 0,
});
const free = input({ kind: 'any', stridePx: 32 });

describe('fitFrame', () => {
  it.each([
    [
      'a frame of few pixels is taken as it is',
      { widthPx: 512, heightPx: 384 },
      300_000,
      { widthPx: 512, heightPx: 384 },
    ],
    ['a large one is made smaller', { widthPx: 1280, heightPx: 704 }, 230_000, { widthPx: 640, heightPx: 352 }],
    ['sides become multiples of the stride', { widthPx: 500, heightPx: 300 }, 300_000, { widthPx: 512, heightPx: 288 }],
    ['a sliver keeps a stride', { widthPx: 2000, heightPx: 10 }, 300_000, { widthPx: 2016, heightPx: 32 }],
  ])('%s', (_, frame, maxAreaPx, expected) => {
    expect(fitFrame(frame, free, maxAreaPx).size).toEqual(expected);
  });

  it('puts the whole frame into the middle of a fixed size without stretching it', () => {
    const fixed = input({ kind: 'fixed', widthPx: 640, heightPx: 640 });
    const { toFrame, ...placement } = fitFrame({ widthPx: 1280, heightPx: 720 }, fixed, 1);
    expect(placement).toMatchObject({
      size: { widthPx: 640, heightPx: 640 },
      inner: { widthPx: 640, heightPx: 360 },
      padXPx: 0,
      padYPx: 140,
      byArea: true,
    });
    expect(applyAffine(toFrame, { x: 0, y: 140 })).toEqual({ x: 0, y: 0 });
    expect(applyAffine(toFrame, { x: 640, y: 500 })).toEqual({ x: 1280, y: 720 });
    expect(applyAffine(toFrame, { x: 320, y: 0 })).toEqual({ x: 640, y: -280 });
  });
});
