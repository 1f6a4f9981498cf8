/**
 * Joints from two rows of bins a joint, one for x and one for y: the strongest bin of each.
 * Source: Li et al., "SimCC: a Simple Coordinate Classification Perspective for Human Pose Estimation", ECCV 2022; score and
 * place as MMPose 1.x reads RTMPose (`get_simcc_maximum`, Apache-2.0): bin ÷ bins per pixel, the weaker of the two bins.
 * Deviation: a joint without any response keeps its place, with score 0.
 */
export interface SimccBins {
  readonly joints: number;
  /** Bins of the whole width; RTMPose has two a pixel. */
  readonly xBins: number;
  readonly yBins: number;
  /** Float32Array [joints × xBins]. */
  readonly x: Float32Array;
  /** Float32Array [joints × yBins]. */
  readonly y: Float32Array;
}

/**
 * The joints of one person in pixels of the model's input.
 * @returns [joints × 3]: x px, y px, score cut to 0..1.
 */
export function decodeSimcc(
  bins: SimccBins,
  input: { readonly inputWidthPx: number; readonly inputHeightPx: number },
): number[] {
  const keypoints: number[] = [];
  for (let index = 0; index < bins.joints; index++) {
    const x = strongestBin(bins.x.subarray(index * bins.xBins, (index + 1) * bins.xBins));
    const y = strongestBin(bins.y.subarray(index * bins.yBins, (index + 1) * bins.yBins));
    keypoints.push(
      (x.bin * input.inputWidthPx) / bins.xBins,
      (y.bin * input.inputHeightPx) / bins.yBins,
      Math.min(1, Math.max(0, Math.min(x.value, y.value))),
    );
  }
  return keypoints;
}

/** Of equal bins the first. */
function strongestBin(values: Float32Array): { readonly bin: number; readonly value: number } {
  let best = 0;
  for (let bin = 1; bin < values.length; bin++) if (values[bin] > values[best]) best = bin;
  return { bin: best, value: values[best] };
}
