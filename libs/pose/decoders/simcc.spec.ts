import { decodeSimcc } from './simcc.js';

const input = { inputWidthPx: 192, inputHeightPx: 256 };

/** Two bins a pixel, as RTMPose has them; each joint has one response in each direction. */
function bins(joints: readonly { x: number; y: number; xValue: number; yValue: number }[]) {
  const found = {
    joints: joints.length,
    xBins: 384,
    yBins: 512,
    x: new Float32Array(joints.length * 384),
    y: new Float32Array(joints.length * 512),
  };
  joints.forEach((joint, index) => {
    found.x[index * 384 + joint.x] = joint.xValue;
    found.y[index * 512 + joint.y] = joint.yValue;
  });
  return found;
}

/** The label of one coordinate as MMPose's codec `SimCCLabel` makes it for RTMPose: a Gaussian about the nearest half pixel, 1 at its peak. */
function codecLabel(length: number, px: number, sigmaBins: number): Float32Array {
  const middle = Math.round(2 * px);
  return Float32Array.from({ length }, (_, bin) => Math.exp(-((bin - middle) ** 2) / (2 * sigmaBins ** 2)));
}

describe('decodeSimcc', () => {
  it.each([
    [0, 0],
    [95.8, 17.3],
    [17.26, 200.74],
    [191.4, 255.4],
  ])('reads back what the codec of RTMPose writes for a joint at %d, %d, to a quarter of a pixel', (x, y) => {
    // Sigmas of rtmpose-m_8xb256-420e_coco-256x192.py: 4.9 bins across, 5.66 down; the split ratio is 2.
    const labels = { joints: 1, xBins: 384, yBins: 512, x: codecLabel(384, x, 4.9), y: codecLabel(512, y, 5.66) };
    const [foundX, foundY, score] = decodeSimcc(labels, input);
    expect(Math.abs(foundX - x)).toBeLessThanOrEqual(0.25 + 1e-9);
    expect(Math.abs(foundY - y)).toBeLessThanOrEqual(0.25 + 1e-9);
    expect(score).toBe(1);
  });

  it('places joints by their strongest bins, in input pixels, with the weaker response as the score', () => {
    const found = decodeSimcc(
      bins([
        { x: 100, y: 301, xValue: 0.5, yValue: 0.75 },
        { x: 383, y: 511, xValue: 0.875, yValue: 0.25 },
      ]),
      input,
    );
    expect(found).toEqual([50, 150.5, 0.5, 191.5, 255.5, 0.25]);
  });

  it('gives a joint without response the score 0, and never more than 1', () => {
    const found = decodeSimcc(
      bins([
        { x: 0, y: 0, xValue: 0, yValue: 0 },
        { x: 2, y: 2, xValue: 1.5, yValue: 1.25 },
      ]),
      input,
    );
    expect(found).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('finds the strongest bin where all responses are negative, and does not trust it', () => {
    const negative = { joints: 1, xBins: 4, yBins: 2, x: Float32Array.of(-4, -2, -1, -3), y: Float32Array.of(-2, -1) };
    expect(decodeSimcc(negative, { inputWidthPx: 8, inputHeightPx: 8 })).toEqual([4, 4, 0]);
  });
});
