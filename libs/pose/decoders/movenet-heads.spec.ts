import { COCO_JOINT_COUNT, joint } from '../skeleton.js';
import { decodeMovenetHeads, type MovenetHeads } from './movenet-heads.js';

const ROWS = 24;
const COLUMNS = 32;
const AREA = ROWS * COLUMNS;
const settings = { minCentre: 0.05, minScore: 0.01, maxPeople: 100 };
const CELL_PX = 4;

interface Person {
  readonly row: number;
  readonly column: number;
  readonly centre: number;
  readonly heightCells: number;
  readonly widthCells: number;
}

function emptyHeads(): MovenetHeads {
  return {
    rows: ROWS,
    columns: COLUMNS,
    centre: new Float32Array(AREA),
    heatmaps: new Float32Array(COCO_JOINT_COUNT * AREA),
    regression: new Float32Array(2 * COCO_JOINT_COUNT * AREA),
    offsets: new Float32Array(2 * COCO_JOINT_COUNT * AREA),
    boxSize: new Float32Array(2 * AREA),
    boxOffset: new Float32Array(2 * AREA),
  };
}

const cellOf = (row: number, column: number): number => row * COLUMNS + column;

function addPerson(heads: MovenetHeads, person: Person): void {
  const cell = cellOf(person.row, person.column);
  heads.centre[cell] = person.centre;
  heads.boxSize[cell] = person.heightCells;
  heads.boxSize[AREA + cell] = person.widthCells;
}

/** Sets heatmap and sub-cell offset of one joint at a cell. */
function addJoint(
  heads: MovenetHeads,
  index: number,
  at: { row: number; column: number; score: number; offset?: readonly [y: number, x: number] },
): void {
  const cell = cellOf(at.row, at.column);
  heads.heatmaps[index * AREA + cell] = at.score;
  heads.offsets[2 * index * AREA + cell] = at.offset?.[0] ?? 0;
  heads.offsets[(2 * index + 1) * AREA + cell] = at.offset?.[1] ?? 0;
}

/** Says that a joint of the person at a centre cell should be `rows` down and `columns` right of it. */
function regress(heads: MovenetHeads, index: number, by: { from: number; rows: number; columns: number }): void {
  heads.regression[2 * index * AREA + by.from] = by.rows;
  heads.regression[(2 * index + 1) * AREA + by.from] = by.columns;
}

const jointOf = (pose: { keypoints: readonly number[] }, index: number): readonly number[] =>
  pose.keypoints.slice(3 * index, 3 * index + 3);

describe('decodeMovenetHeads', () => {
  it('finds nobody on empty heads', () => {
    expect(decodeMovenetHeads(emptyHeads(), settings)).toEqual([]);
  });

  it('places the box around centre plus offset and a joint at cell plus offset, four pixels a cell', () => {
    const heads = emptyHeads();
    addPerson(heads, { row: 10, column: 12, centre: 0.75, heightCells: 8, widthCells: 4 });
    heads.boxOffset[cellOf(10, 12)] = 0.5;
    heads.boxOffset[AREA + cellOf(10, 12)] = 0.25;
    addJoint(heads, joint.nose, { row: 8, column: 13, score: 0.5, offset: [0.75, 0.125] });
    const [pose] = decodeMovenetHeads(heads, settings);
    expect(pose.box).toEqual([10.25 * CELL_PX, 6.5 * CELL_PX, 14.25 * CELL_PX, 14.5 * CELL_PX]);
    expect(jointOf(pose, joint.nose)).toEqual([13.125 * CELL_PX, 8.75 * CELL_PX, 0.5]);
    expect(pose.score).toBeCloseTo(0.75 * 0.5, 6);
  });

  it('reads regression and offsets as y before x', () => {
    const heads = emptyHeads();
    addPerson(heads, { row: 10, column: 10, centre: 0.9, heightCells: 18, widthCells: 18 });
    regress(heads, joint.left_knee, { from: cellOf(10, 10), rows: 5, columns: -3 });
    addJoint(heads, joint.left_knee, { row: 15, column: 7, score: 0.4 });
    addJoint(heads, joint.left_knee, { row: 7, column: 15, score: 0.4 });
    expect(jointOf(decodeMovenetHeads(heads, settings)[0], joint.left_knee)).toEqual([28, 60, expect.closeTo(0.4, 6)]);
  });

  it('never takes a joint from outside the box, however strong', () => {
    const heads = emptyHeads();
    addPerson(heads, { row: 10, column: 10, centre: 0.9, heightCells: 6, widthCells: 4 });
    addJoint(heads, joint.left_wrist, { row: 10, column: 13, score: 1 });
    addJoint(heads, joint.left_wrist, { row: 9, column: 9, score: 0.2 });
    expect(jointOf(decodeMovenetHeads(heads, settings)[0], joint.left_wrist)).toEqual([36, 36, expect.closeTo(0.2, 6)]);
  });

  it('prefers the nearer of two equal heatmap peaks, and a far one only when it is much stronger', () => {
    const heads = emptyHeads();
    addPerson(heads, { row: 12, column: 16, centre: 0.9, heightCells: 20, widthCells: 20 });
    for (const index of [joint.left_hip, joint.right_hip]) {
      addJoint(heads, index, { row: 13, column: 16, score: 0.4 });
      addJoint(heads, index, { row: 17, column: 16, score: index === joint.left_hip ? 0.4 : 1 });
    }
    // Box side 20: reach 5 cells; 5 cells away weighs exp(−25/25) = 0.37, 1 cell 0.96: 1 × 0.37 < 0.4 × 0.96.
    const [pose] = decodeMovenetHeads(heads, settings);
    expect(jointOf(pose, joint.left_hip)[1]).toBe(13 * CELL_PX);
    expect(jointOf(pose, joint.right_hip)[1]).toBe(13 * CELL_PX);
    heads.heatmaps[joint.right_hip * AREA + cellOf(13, 16)] = 0.1;
    expect(jointOf(decodeMovenetHeads(heads, settings)[0], joint.right_hip)[1]).toBe(17 * CELL_PX);
  });

  it('weighs as the published graph when asked to: by 0.3 of the shorter side, and the joint scores what it weighs', () => {
    const heads = emptyHeads();
    addPerson(heads, { row: 12, column: 16, centre: 0.5, heightCells: 20, widthCells: 20 });
    addJoint(heads, joint.left_hip, { row: 13, column: 16, score: 0.2 });
    addJoint(heads, joint.left_hip, { row: 15, column: 16, score: 0.8 });
    // Variance 0.3 · 24 = 7.2: one cell away weighs exp(−1 / 7.2) = 0.87, three exp(−9 / 7.2) = 0.29.
    const [pose] = decodeMovenetHeads(heads, { ...settings, asGraph: true });
    expect(jointOf(pose, joint.left_hip)).toEqual([64, 60, expect.closeTo(0.8 * Math.exp(-9 / 7.2), 6)]);
    expect(pose.score).toBeCloseTo(0.5 * 0.8 * Math.exp(-9 / 7.2), 6);
    const [own] = decodeMovenetHeads(heads, settings);
    expect(jointOf(own, joint.left_hip)).toEqual([64, 60, expect.closeTo(0.8, 6)]);
  });

  it('leaves a joint without any heatmap at its regressed place with score 0', () => {
    const heads = emptyHeads();
    addPerson(heads, { row: 10, column: 10, centre: 0.9, heightCells: 8, widthCells: 8 });
    regress(heads, joint.nose, { from: cellOf(10, 10), rows: -2, columns: 1 });
    addJoint(heads, joint.left_hip, { row: 10, column: 10, score: 0.8 });
    expect(jointOf(decodeMovenetHeads(heads, settings)[0], joint.nose)).toEqual([44, 32, 0]);
  });

  it('counts only joints above 0.127 for the score of the person', () => {
    const heads = emptyHeads();
    addPerson(heads, { row: 10, column: 10, centre: 0.5, heightCells: 8, widthCells: 8 });
    addJoint(heads, joint.nose, { row: 10, column: 10, score: 0.8 });
    addJoint(heads, joint.left_hip, { row: 10, column: 10, score: 0.4 });
    addJoint(heads, joint.right_hip, { row: 10, column: 10, score: 0.12 });
    expect(decodeMovenetHeads(heads, settings)[0].score).toBeCloseTo(0.5 * 0.6, 6);
  });

  it('takes one person from a plateau of equal cells and two from peaks three cells apart', () => {
    const heads = emptyHeads();
    for (const [row, column] of [
      [5, 5],
      [5, 6],
      [6, 5],
      [6, 6],
      [6, 9],
    ])
      addPerson(heads, { row, column, centre: 0.5, heightCells: 8, widthCells: 6 });
    heads.heatmaps.fill(0.5);
    expect(decodeMovenetHeads(heads, settings)).toHaveLength(2);
  });

  it('has no limit of six people, keeps the strongest when there is one, and goes on at the borders', () => {
    const heads = emptyHeads();
    heads.heatmaps.fill(0.5);
    let people = 0;
    for (let row = 0; row < ROWS; row += 3)
      for (let column = 0; column < COLUMNS; column += 3)
        addPerson(heads, { row, column, centre: 0.3 + people++ * 0.005, heightCells: 6, widthCells: 4 });
    expect(decodeMovenetHeads(heads, settings)).toHaveLength(people);
    const best = decodeMovenetHeads(heads, { ...settings, maxPeople: 3 });
    const centres = [people - 1, people - 2, people - 3].map((nth) => 0.3 + nth * 0.005);
    expect(best).toHaveLength(3);
    for (const [nth, pose] of best.entries()) expect(pose.score).toBeCloseTo(centres[nth] * 0.5, 5);
    for (const { box, keypoints } of decodeMovenetHeads(heads, settings)) {
      expect(Math.min(...box)).toBeGreaterThanOrEqual(0);
      expect(box[2]).toBeLessThanOrEqual(COLUMNS * CELL_PX);
      expect(box[3]).toBeLessThanOrEqual(ROWS * CELL_PX);
      expect(keypoints).toHaveLength(51);
      expect(keypoints.every(Number.isFinite)).toBe(true);
    }
  });

  it.each([
    ['a centre below the threshold', { centre: 0.04, heat: 0.9 }],
    ['a score below the threshold', { centre: 0.06, heat: 0.14 }],
  ])('leaves out %s', (_, { centre, heat }) => {
    const heads = emptyHeads();
    addPerson(heads, { row: 10, column: 10, centre, heightCells: 8, widthCells: 8 });
    addJoint(heads, joint.nose, { row: 10, column: 10, score: heat });
    expect(decodeMovenetHeads(heads, settings)).toEqual([]);
  });

  it('survives a box of no size', () => {
    const heads = emptyHeads();
    addPerson(heads, { row: 10, column: 10, centre: 0.9, heightCells: -3, widthCells: 0 });
    heads.heatmaps.fill(0.5);
    expect(decodeMovenetHeads(heads, settings)).toEqual([]);
  });
});
