import type { TrackedPoseMessage } from '#contracts/tracks-updated.js';

/**
 * The analysed frames of one epoch in order of their PTS, and the poses that belong to any moment between them.
 * A picture that was analysed gets its very own poses; a picture between two analysed ones gets poses between theirs.
 */
export interface AnalysedFrame {
  readonly ptsUs: number;
  readonly poses: readonly TrackedPoseMessage[];
}

/**
 * `exact`: the frame itself was analysed. `between`: interpolated between analysed neighbours. `held`: the poses of a moment
 * before, a little old, because what comes next is not known or too far away. `none`: nothing is known about this moment.
 */
export interface PosesAtMoment {
  readonly kind: 'exact' | 'between' | 'held' | 'none';
  readonly poses: readonly TrackedPoseMessage[];
}

/** Containers round PTS to their own time scale; two frames are never this near to one another. */
const SAME_FRAME_US = 2_000;
const LONGEST_GAP_US = 500_000;
const LONGEST_HOLD_US = 250_000;
const NOTHING: PosesAtMoment = { kind: 'none', poses: [] };

/** Keeps the newest `capacity` analysed frames. Lookup is a binary search; nothing is allocated for an exact hit but the result. */
export class PoseTimeline {
  private frames: AnalysedFrame[] = [];

  constructor(private readonly capacity: number) {}

  /** PTS of the newest analysed frame, µs; null before the first. */
  get newestPtsUs(): number | null {
    return this.frames.at(-1)?.ptsUs ?? null;
  }

  /** The newest analysed frame; null before the first. */
  get newest(): AnalysedFrame | null {
    return this.frames.at(-1) ?? null;
  }

  /** Analysed frames from `fromPtsUs` to `toPtsUs`, both included, in order. */
  between(fromPtsUs: number, toPtsUs: number): readonly AnalysedFrame[] {
    return this.frames.slice(this.indexAtOrAfter(fromPtsUs), this.indexAtOrAfter(toPtsUs + 1));
  }

  /** Adds a frame in its place; a frame of the same PTS is replaced. */
  add(frame: AnalysedFrame): void {
    const index = this.indexAtOrAfter(frame.ptsUs);
    const replaces = this.frames[index]?.ptsUs === frame.ptsUs ? 1 : 0;
    this.frames.splice(index, replaces, frame);
    if (this.frames.length > this.capacity) this.frames.shift();
  }

  clear(): void {
    this.frames = [];
  }

  /** Poses for the picture presented at `ptsUs`. */
  at(ptsUs: number): PosesAtMoment {
    const index = this.indexAtOrAfter(ptsUs - SAME_FRAME_US);
    const next = this.frames.at(index);
    if (next !== undefined && next.ptsUs <= ptsUs + SAME_FRAME_US) return { kind: 'exact', poses: next.poses };
    const previous = index === 0 ? undefined : this.frames.at(index - 1);
    if (previous === undefined) return NOTHING;
    if (next === undefined || next.ptsUs - previous.ptsUs > LONGEST_GAP_US) {
      return ptsUs - previous.ptsUs <= LONGEST_HOLD_US ? { kind: 'held', poses: previous.poses } : NOTHING;
    }
    const share = (ptsUs - previous.ptsUs) / (next.ptsUs - previous.ptsUs);
    return { kind: 'between', poses: interpolate(previous.poses, next.poses, share) };
  }

  private indexAtOrAfter(ptsUs: number): number {
    let low = 0;
    let high = this.frames.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.frames[middle].ptsUs < ptsUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Poses a share (0..1) of the way from `before` to `after`. Only tracks that are in both have a place between. */
function interpolate(
  before: readonly TrackedPoseMessage[],
  after: readonly TrackedPoseMessage[],
  share: number,
): readonly TrackedPoseMessage[] {
  const mix = (a: number, b: number): number => a + (b - a) * share;
  return before.flatMap((pose) => {
    const later = after.find((candidate) => candidate.trackNo === pose.trackNo);
    if (later === undefined) return [];
    const [x1, y1, x2, y2] = pose.box;
    const box: TrackedPoseMessage['box'] = [
      mix(x1, later.box[0]),
      mix(y1, later.box[1]),
      mix(x2, later.box[2]),
      mix(y2, later.box[3]),
    ];
    const keypoints = pose.keypoints.map((value, index) => mix(value, later.keypoints[index]));
    return [{ ...pose, box, keypoints, score: mix(pose.score, later.score) }];
  });
}
