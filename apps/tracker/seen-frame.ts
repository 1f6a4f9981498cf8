import type { DropReason, PosesEstimated } from '#contracts/poses-estimated.js';
import type { FrameCounts } from '#contracts/tracks-updated.js';
import { roundTo } from '#tracking/round.js';

type Analysed = Extract<PosesEstimated, { outcome: 'poses' }>;

/** The newest analysed frame: its poses hold for still frames after it, and its pixels are kept for the picture of an alert. */
export type SeenFrame = Pick<
  Analysed,
  'cameraId' | 'epoch' | 'seq' | 'source' | 'analysis' | 'provider' | 'profile' | 'modelId' | 'poses'
>;

/** What is remembered of an analysed frame, rounded to what a checkpoint stores: tenths of a pixel, thousandths of a score, millimetres. */
export function seenFrame(message: Analysed): SeenFrame {
  const { cameraId, epoch, seq, source, analysis, provider, profile, modelId, poses } = message;
  const rounded = poses.map((pose): Analysed['poses'][number] => {
    const [left, top, right, bottom] = pose.box;
    return {
      box: [roundTo(left, 1), roundTo(top, 1), roundTo(right, 1), roundTo(bottom, 1)],
      score: roundTo(pose.score, 3),
      keypoints: pose.keypoints.map((value, at) => roundTo(value, at % 3 === 2 ? 3 : 1)),
      ...(pose.joints3d && { joints3d: pose.joints3d.map((value) => roundTo(value, 3)) }),
    };
  });
  return { cameraId, epoch, seq, source, analysis, provider, profile, modelId, poses: rounded };
}

/** What becomes of a frame: analysed, still, or the reason why neither. */
export type FrameFate = 'analysed' | 'still' | DropReason;

/** One frame more. `still` is absent until there is one. */
export function counted(counts: FrameCounts, fate: FrameFate): FrameCounts {
  const captured = counts.captured + 1;
  if (fate === 'analysed') return { ...counts, captured, analysed: counts.analysed + 1 };
  if (fate === 'still') return { ...counts, captured, still: (counts.still ?? 0) + 1 };
  return { ...counts, captured, dropped: { ...counts.dropped, [fate]: (counts.dropped[fate] ?? 0) + 1 } };
}
