/**
 * Joints that a model gives as coordinates, without maps.
 * Source: Toshev, Szegedy, "DeepPose: Human Pose Estimation via Deep Neural Networks", CVPR 2014. Deviation: coordinates are
 * fractions of the input from its top left corner, as today's exports have them (MMPose, MoveNet single pose), not from its middle.
 */
export interface RegressedJoints {
  readonly joints: number;
  /** Float32Array [joints × stride]: x and y as fractions of the input, and with stride 3 a score. */
  readonly values: Float32Array;
  readonly stride: 2 | 3;
}

/**
 * The joints of one person in pixels of the model's input; a joint may lie outside of it.
 * @returns [joints × 3]: x px, y px, score cut to 0..1; 1 where the model gives none.
 */
export function decodeRegression(
  { joints, values, stride }: RegressedJoints,
  input: { readonly inputWidthPx: number; readonly inputHeightPx: number },
): number[] {
  const keypoints: number[] = [];
  for (let index = 0; index < joints; index++) {
    const at = index * stride;
    keypoints.push(
      values[at] * input.inputWidthPx,
      values[at + 1] * input.inputHeightPx,
      stride === 2 ? 1 : Math.min(1, Math.max(0, values[at + 2])),
    );
  }
  return keypoints;
}
