import { seededRandom } from '#base/random.js';
import { analysisSize, letterbox, toAnalysis, toSource } from './letterbox.js';

const size = (widthPx: number, heightPx: number) => ({ widthPx, heightPx });
const fast = { areaPx: 384 * 512, stridePx: 32 };

describe('letterbox', () => {
  it.each([
    [size(768, 576), size(512, 384)],
    [size(640, 480), size(512, 384)],
    [size(1920, 1080), size(576, 320)],
    [size(1080, 1920), size(320, 576)],
  ])('gives a %o source the analysis size %o', (source, expected) => {
    expect(analysisSize(source, fast)).toEqual(expected);
  });

  it('gives any source, a 1 × 1 picture included, a size that the model accepts', () => {
    const random = seededRandom(3);
    for (let i = 0; i < 500; i++) {
      const source = size(1 + Math.floor(random() * 4000), 1 + Math.floor(random() * 3000));
      const found = analysisSize(source, fast);
      expect([found.widthPx % 32, found.heightPx % 32]).toEqual([0, 0]);
      expect(found.widthPx * found.heightPx).toBeGreaterThan(fast.areaPx * 0.5);
      expect(found.widthPx * found.heightPx).toBeLessThan(fast.areaPx * 1.6);
    }
  });

  it('maps points forth and back within a thousandth of a pixel, at odd sizes and at the border', () => {
    const random = seededRandom(11);
    for (let i = 0; i < 2000; i++) {
      const source = size(1 + Math.floor(random() * 4000), 1 + Math.floor(random() * 3000));
      const box = letterbox(source, analysisSize(source, fast));
      for (const fraction of [0, random(), 1]) {
        const point = { x: fraction * source.widthPx, y: (1 - fraction) * source.heightPx };
        const back = toSource(box, toAnalysis(box, point));
        expect(Math.abs(back.x - point.x)).toBeLessThan(1e-3);
        expect(Math.abs(back.y - point.y)).toBeLessThan(1e-3);
      }
    }
  });

  it('shows all of the picture, centred and in proportion, in an analysis picture of any size', () => {
    const random = seededRandom(12);
    const side = (most: number): number => 1 + Math.floor(random() * most);
    for (let i = 0; i < 2000; i++) {
      const source = size(side(4000), side(3000));
      const analysis = size(side(801), side(801));
      const box = letterbox(source, analysis);
      const start = toAnalysis(box, { x: 0, y: 0 });
      const end = toAnalysis(box, { x: source.widthPx, y: source.heightPx });
      expect(Math.abs(start.x - (analysis.widthPx - end.x))).toBeLessThan(1.001);
      expect(Math.abs(start.y - (analysis.heightPx - end.y))).toBeLessThan(1.001);
      expect(Math.min(start.x, start.y, analysis.widthPx - end.x, analysis.heightPx - end.y)).toBeGreaterThan(-1e-9);
      const scale = Math.min(analysis.widthPx / source.widthPx, analysis.heightPx / source.heightPx);
      const atLeastOne = (sidePx: number): number => Math.max(1, sidePx * scale);
      expect(Math.abs(end.x - start.x - atLeastOne(source.widthPx))).toBeLessThan(0.501);
      expect(Math.abs(end.y - start.y - atLeastOne(source.heightPx))).toBeLessThan(0.501);
      const back = toSource(box, end);
      expect(Math.hypot(back.x - source.widthPx, back.y - source.heightPx)).toBeLessThan(1e-3);
    }
  });
});
