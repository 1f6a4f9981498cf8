import { numpyOrder } from './numpy-order.js';
import { jointDistance, MAX_DISTANCE } from './joint-distances.js';
import { POSETRACK_JOINTS, type FramePair } from './pose-sequence.js';

/**
 * Average precision per joint over single frames.
 * Source: poseval @4258a157 (BSD-2) `py/eval_helpers.py` and `py/evaluateAP.py`: each prediction keeps the ground truth it covers best,
 * each ground truth then takes the prediction with the highest share of correct joints, and a joint is right when its pose was
 * taken and it lies within half a head size.
 */
export interface JointAp {
  /** Area under the monotone precision envelope, 0..1; 0 without annotated joints, as in poseval. */
  readonly ap: number;
  /** Over all detections; 0 without any. */
  readonly precision: number;
  readonly recall: number;
  readonly objects: number;
  readonly detections: number;
  readonly truePositives: number;
}

interface Detection {
  readonly score: number;
  readonly isRight: boolean;
}

/** [15] in `poseTrackJointOrder`, over the frames of any number of sequences. */
export function jointAp(frames: readonly FramePair[]): readonly JointAp[] {
  const taken = frames.map(posesTaken);
  return Array.from({ length: POSETRACK_JOINTS }, (_, at) => {
    const detections = frames.flatMap((frame, index) => detectionsOf(frame, { taken: taken[index], at }));
    const objects = frames.reduce(
      (sum, { truth }) => sum + truth.filter(({ joints }) => joints[at] !== null).length,
      0,
    );
    return score(detections, objects);
  });
}

/** For each predicted person, the person of the ground truth it was taken for; −1 for none. */
function posesTaken(frame: FramePair): readonly number[] {
  const shares = frame.predicted.map((_, predicted) => bestShare(frame, predicted));
  const taken = frame.predicted.map(() => -1);
  for (const truth of frame.truth.keys()) {
    let best = -1;
    for (const [predicted, share] of shares.entries())
      if (share.truth === truth && share.share > (best === -1 ? 0 : shares[best].share)) best = predicted;
    if (best !== -1) taken[best] = truth;
  }
  return taken;
}

/** The person of the ground truth whose annotated joints a prediction covers best; the first of equals. */
function bestShare(frame: FramePair, predicted: number): { readonly truth: number; readonly share: number } {
  let best = { truth: -1, share: 0 };
  for (const [truth, person] of frame.truth.entries()) {
    const annotated = person.joints.filter((joint) => joint !== null).length;
    const right = person.joints.filter(
      (_, at) => jointDistance(frame, { truth, predicted }, at) <= MAX_DISTANCE,
    ).length;
    const share = annotated === 0 ? 0 : right / annotated;
    if (share > best.share) best = { truth, share };
  }
  return best;
}

function detectionsOf(frame: FramePair, { taken, at }: { taken: readonly number[]; at: number }): readonly Detection[] {
  return frame.predicted.flatMap(({ joints }, predicted) => {
    const joint = joints[at];
    if (joint === null) return [];
    const truth = taken[predicted];
    const isRight = truth !== -1 && jointDistance(frame, { truth, predicted }, at) <= MAX_DISTANCE;
    return [{ score: joint.score, isRight }];
  });
}

function score(detections: readonly Detection[], objects: number): JointAp {
  const order = numpyOrder(detections.map((detection) => detection.score)).reverse();
  const ordered = order.map((index) => detections[index]);
  const points: { recall: number; precision: number }[] = [];
  let truePositives = 0;
  for (const [index, { isRight }] of ordered.entries()) {
    if (isRight) truePositives++;
    points.push({ recall: truePositives / Math.max(1, objects), precision: truePositives / (index + 1) });
  }
  const last = points.at(-1) ?? { recall: 0, precision: 0 };
  return {
    ap: areaUnderEnvelope(points),
    ...last,
    objects,
    detections: ordered.length,
    truePositives,
  };
}

function areaUnderEnvelope(points: readonly { readonly recall: number; readonly precision: number }[]): number {
  let [area, envelope, right] = [0, 0, points.at(-1)?.recall ?? 0];
  for (const { recall, precision } of [...points].reverse()) {
    area += (right - recall) * envelope;
    envelope = Math.max(envelope, precision);
    right = recall;
  }
  return area + right * envelope;
}
