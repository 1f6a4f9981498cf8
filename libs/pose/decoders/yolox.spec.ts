import { decodeYolox } from './yolox.js';

const CLASSES = 2;
const ROW = 5 + CLASSES;
/** 64 × 96 px: grids of 8 × 12, 4 × 6 and 2 × 3 cells. */
const size = { inputWidthPx: 64, inputHeightPx: 96 };
const FIRST_OF_16 = 8 * 12;
const FIRST_OF_32 = FIRST_OF_16 + 4 * 6;
const ANCHORS = FIRST_OF_32 + 2 * 3;
const settings = { ...size, minScore: 0.2, maxIou: 0.5, maxPeople: 10 };

function output(rows: Readonly<Record<number, readonly number[]>>) {
  const data = new Float32Array(ANCHORS * ROW);
  for (const [anchor, row] of Object.entries(rows)) data.set(row, Number(anchor) * ROW);
  return { anchors: ANCHORS, classes: CLASSES, data };
}

describe('decodeYolox', () => {
  it.each([
    { name: 'finest', anchor: 8 * 3 + 2, box: [16, 24, 24, 32] },
    { name: 'middle', anchor: FIRST_OF_16 + 4 * 5 + 1, box: [16, 80, 32, 96] },
    { name: 'coarsest', anchor: FIRST_OF_32 + 2 * 1 + 1, box: [32, 32, 64, 64] },
  ])('reads a box relative to its cell of the $name grid', ({ anchor, box }) => {
    const middleOfItsCell = [0.5, 0.5, 0, 0, 0.5, 0.75, 0];
    expect(decodeYolox(output({ [anchor]: middleOfItsCell }), settings)).toEqual([{ box, score: 0.375 }]);
  });

  it.each([8, 16, 32])('undoes what the export of YOLOX-S leaves undone, in the grid of stride %d', (stride) => {
    // `demo_postprocess` of the reference: middle = (output + cell) · stride, size = exp(output) · stride; 640 × 640 px, 80 classes.
    const [strides, side, classes] = [[8, 16, 32], 640, 80];
    const before = strides.slice(0, strides.indexOf(stride)).reduce((sum, finer) => sum + (side / finer) ** 2, 0);
    const [middleX, middleY, width, height] = [311.5, 422.25, 123, 345];
    const cell = { x: Math.floor(middleX / stride), y: Math.floor(middleY / stride) };
    const data = new Float32Array(8400 * (5 + classes));
    const row = (before + cell.y * (side / stride) + cell.x) * (5 + classes);
    const place = [
      middleX / stride - cell.x,
      middleY / stride - cell.y,
      Math.log(width / stride),
      Math.log(height / stride),
    ];
    data.set([...place, 0.9, 0.8], row);
    const found = decodeYolox(
      { anchors: 8400, classes, data },
      { ...settings, inputWidthPx: side, inputHeightPx: side },
    );
    expect(found).toHaveLength(1);
    expect(found[0].score).toBeCloseTo(0.72, 6);
    for (const [at, value] of [250, 249.75, 373, 594.75].entries()) expect(found[0].box[at]).toBeCloseTo(value, 3);
  });

  it('reads sizes as logarithms', () => {
    const [{ box }] = decodeYolox(output({ 0: [0, 0, Math.log(4), Math.log(2), 1, 1, 0] }), settings);
    expect(box.map((value) => Number(value.toFixed(4)))).toEqual([-16, -8, 16, 8]);
  });

  it('keeps one box a person, leaves out other classes and weak cells, best first', () => {
    const found = decodeYolox(
      output({
        0: [0.5, 0.5, 1, 1, 0.5, 1, 0],
        1: [-0.375, 0.5, 1, 1, 0.75, 1, 0],
        5: [0.5, 0.5, 1, 1, 1, 0, 1],
        40: [0.5, 0.5, 1, 1, 0.125, 1, 0],
        [FIRST_OF_32 + 5]: [0.5, 0.5, 0, 0, 1, 1, 0],
      }),
      settings,
    );
    expect(found.map(({ score }) => score)).toEqual([1, 0.75]);
  });

  it('refuses an output that does not belong to the size of the input', () => {
    expect(() => decodeYolox(output({}), { ...settings, inputWidthPx: 96 })).toThrow('189 anchors for 96 × 96 px');
  });
});
