import { footPoint, type Box, type Point } from '#geometry/box.js';
import { KEYPOINT_STRIDE } from '#pose/pose.js';
import { joint } from '#pose/skeleton.js';
import { median, roundTo } from './round.js';

/**
 * What a track does, from its recent boxes and joints. Speed is a robust slope (Theil–Sen: the median of the slopes of all
 * pairs) of the body's centre over about half a second, in body heights a second: single jumping boxes do not count, and
 * the distance to the camera cancels. The same code runs live and over stored tracks.
 */
export interface TrackMeasures {
  /** Where the person touches the floor, source pixels. */
  readonly foot: Point;
  /** Body height, source pixels: the median of the recent boxes. */
  readonly heightPx: number;
  /** Speed of the body in the picture, source pixels a second; null as `speedHeightsPerSec`. */
  readonly speedPxPerSec: number | null;
  /** Speed of the body in body heights a second; null until the track has been watched for about a third of a second. */
  readonly speedHeightsPerSec: number | null;
  /** Direction of movement, radians from +x towards +y (downwards in the picture), −π..π; null while slow or unknown. */
  readonly headingRad: number | null;
  /** Angle of the line hip–shoulder from the vertical, radians 0..π (0 upright); null when those joints are not seen. */
  readonly trunkAngleRad: number | null;
}

/** Recent samples, oldest first, flat [n × 4]: age µs, centre x px, centre y px, height px. Ages count from the last observation. */
export type MotionHistory = readonly number[];

const STRIDE = 4;
const WINDOW_US = 600_000;
const LEAST_SPAN_US = 300_000;
/** At very low frame rates the window keeps three samples, unless they are older than this. */
const LONGEST_US = 2_500_000;
/** Samples lie at least this far apart, so that the history is as short at 60 as at 10 frames a second. */
const SPACING_US = 90_000;
const SLOW_HEIGHTS_PER_SEC = 0.3;

export interface MeasureInput {
  readonly history: MotionHistory;
  /** Microseconds since the last observation; 0 for the first. */
  readonly sinceUs: number;
  /** As observed. */
  readonly box: Box;
  /** Where the box is after filtering: its lower edge gives the foot. */
  readonly filteredBox: Box;
  /** [17 × 3], smoothed. */
  readonly keypoints: readonly number[];
  readonly jointScore: number;
}

/** One observation further. */
export function measureStep(input: MeasureInput): {
  readonly history: MotionHistory;
  readonly measures: TrackMeasures;
} {
  const { box } = input;
  const now = [0, roundTo((box[0] + box[2]) / 2, 1), roundTo((box[1] + box[3]) / 2, 1), roundTo(box[3] - box[1], 1)];
  const kept = agedHistory(input.history, input.sinceUs);
  const samples = [...kept, ...now];
  const heightPx = Math.max(1, median(column(samples, 3)));
  const velocity = slopes(samples);
  const speedPxPerSec = velocity === null ? null : Math.hypot(velocity.x, velocity.y);
  const speed = speedPxPerSec === null ? null : speedPxPerSec / heightPx;
  const newestAgeUs = kept.at(-STRIDE) ?? Infinity;
  return {
    history: newestAgeUs >= SPACING_US ? samples : kept,
    measures: {
      foot: footOf(input),
      heightPx,
      speedPxPerSec: speedPxPerSec === null ? null : roundTo(speedPxPerSec, 1),
      speedHeightsPerSec: speed === null ? null : roundTo(speed, 3),
      headingRad:
        velocity === null || speed === null || speed < SLOW_HEIGHTS_PER_SEC ? null : Math.atan2(velocity.y, velocity.x),
      trunkAngleRad: trunkAngle(input.keypoints, input.jointScore),
    },
  };
}

/** Older by `sinceUs`, without what has left the window. */
function agedHistory(history: MotionHistory, sinceUs: number): number[] {
  const aged = history.map((value, at) => (at % STRIDE === 0 ? value + sinceUs : value));
  const isOver = () => aged.length > 0 && (aged[0] > LONGEST_US || (aged.length > 2 * STRIDE && aged[0] > WINDOW_US));
  while (isOver()) aged.splice(0, STRIDE);
  return aged;
}

function column(samples: readonly number[], field: number): number[] {
  return samples.filter((_, at) => at % STRIDE === field);
}

/** Theil–Sen velocity, px/s; null when the samples span too little time. */
function slopes(samples: readonly number[]): Point | null {
  const ages = column(samples, 0);
  if (ages[0] - ages[ages.length - 1] < LEAST_SPAN_US) return null;
  const slope = (values: readonly number[]) => {
    const found: number[] = [];
    for (let i = 0; i < ages.length; i++)
      for (let j = i + 1; j < ages.length; j++)
        if (ages[i] > ages[j]) found.push(((values[j] - values[i]) * 1e6) / (ages[i] - ages[j]));
    return median(found);
  };
  return { x: slope(column(samples, 1)), y: slope(column(samples, 2)) };
}

/** Between the ankles where both are seen, at the lower edge of the filtered box. */
function footOf(input: MeasureInput): Point {
  const below = footPoint(input.filteredBox);
  const ankles = middle(input.keypoints, [joint.left_ankle, joint.right_ankle], input.jointScore);
  return { x: roundTo(ankles?.x ?? below.x, 1), y: roundTo(below.y, 1) };
}

/** The mean of joints of which all are seen; null otherwise. */
function middle(keypoints: readonly number[], joints: readonly number[], minScore: number): Point | null {
  const seen = joints.map((index) => keypoints.slice(index * KEYPOINT_STRIDE, (index + 1) * KEYPOINT_STRIDE));
  if (seen.some(([, , score]) => score < minScore)) return null;
  const mean = (field: number) => seen.reduce((sum, values) => sum + values[field], 0) / seen.length;
  return { x: mean(0), y: mean(1) };
}

/** Angle of the trunk from the vertical, radians 0..π; null when hips or shoulders are not seen. `keypoints`: [17 × 3]. */
export function trunkAngle(keypoints: readonly number[], minScore: number): number | null {
  const hips = middle(keypoints, [joint.left_hip, joint.right_hip], minScore);
  const shoulders = middle(keypoints, [joint.left_shoulder, joint.right_shoulder], minScore);
  if (hips === null || shoulders === null) return null;
  return Math.abs(Math.atan2(shoulders.x - hips.x, hips.y - shoulders.y));
}
