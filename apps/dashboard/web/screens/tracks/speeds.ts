import type { StoredPose } from '../../api/types.js';

/** A value at a moment of media time. */
export interface PlotPoint {
  readonly ptsUs: number;
  readonly value: number;
}

const SPAN_US = 500_000;

/**
 * Speed of the feet (middle of the box's lower edge) in body heights a second, over half a second around each pose; for a plot,
 * not for rules, which measure with the tracker's own filter.
 */
export function speedsOf(poses: readonly Pick<StoredPose, 'ptsUs' | 'box'>[]): readonly PlotPoint[] {
  let from = 0;
  let to = 0;
  return poses.map((pose) => {
    while (poses[from].ptsUs < pose.ptsUs - SPAN_US / 2) from++;
    while (to + 1 < poses.length && poses[to + 1].ptsUs <= pose.ptsUs + SPAN_US / 2) to++;
    const a = poses[from];
    const b = poses[to];
    const seconds = (b.ptsUs - a.ptsUs) / 1e6;
    const heightPx = Math.max(1, pose.box[3] - pose.box[1]);
    const dx = (b.box[0] + b.box[2] - a.box[0] - a.box[2]) / 2;
    const value = seconds === 0 ? 0 : Math.hypot(dx, b.box[3] - a.box[3]) / heightPx / seconds;
    return { ptsUs: pose.ptsUs, value };
  });
}
