import { decodeRegression } from './regression.js';

const input = { inputWidthPx: 200, inputHeightPx: 100 };

describe('decodeRegression', () => {
  it('scales fractions to input pixels and keeps scores', () => {
    const values = Float32Array.of(0.5, 0.25, 0.75, 0, 1, 0.125);
    expect(decodeRegression({ joints: 2, values, stride: 3 }, input)).toEqual([100, 25, 0.75, 0, 100, 0.125]);
  });

  it('trusts every joint of a model that gives no scores', () => {
    const values = Float32Array.of(0.5, 0.25, 0, 1);
    expect(decodeRegression({ joints: 2, values, stride: 2 }, input)).toEqual([100, 25, 1, 0, 100, 1]);
  });

  it('leaves joints outside of the picture there and cuts scores to 0..1', () => {
    const values = Float32Array.of(-0.5, 1.5, 1.25, 0, 0, -1);
    expect(decodeRegression({ joints: 2, values, stride: 3 }, input)).toEqual([-100, 150, 1, 0, 0, 0]);
  });
});
