import type { Random } from '#base/random.js';
import type { Point } from '#geometry/box.js';
import type { Pose } from '#pose/pose.js';
import { cocoJoints, type CocoJoint } from '#pose/skeleton.js';

/**
 * Synthetic scenes with known identities: people who walk along paths, as a pose estimator would report them.
 * Everything follows from the arguments; the seed makes the noise.
 */

/** Joints of an upright person seen from the front: x and y from the foot point, in body heights. */
const UPRIGHT: Readonly<Record<CocoJoint, readonly [number, number]>> = {
  nose: [0, -0.93],
  left_eye: [0.02, -0.95],
  right_eye: [-0.02, -0.95],
  left_ear: [0.045, -0.94],
  right_ear: [-0.045, -0.94],
  left_shoulder: [0.11, -0.82],
  right_shoulder: [-0.11, -0.82],
  left_elbow: [0.14, -0.64],
  right_elbow: [-0.14, -0.64],
  left_wrist: [0.15, -0.48],
  right_wrist: [-0.15, -0.48],
  left_hip: [0.07, -0.5],
  right_hip: [-0.07, -0.5],
  left_knee: [0.07, -0.27],
  right_knee: [-0.07, -0.27],
  left_ankle: [0.07, -0.04],
  right_ankle: [-0.07, -0.04],
};

/** How far a joint swings to the side at full stride, in body heights. */
const SWING: Partial<Record<CocoJoint, number>> = {
  left_knee: 0.06,
  right_knee: -0.06,
  left_ankle: 0.12,
  right_ankle: -0.12,
  left_wrist: -0.08,
  right_wrist: 0.08,
};

export interface Body {
  readonly foot: Point;
  readonly heightPx: number;
  /** Where in the stride, radians. */
  readonly strideRad: number;
  readonly score: number;
  /** 0: exact. Standard deviation of joints and box edges, body heights. */
  readonly noise: number;
}

/** A pose of an upright person. `random` is drawn from only with noise. */
export function uprightPose(body: Body, random: Random): Pose {
  const { foot, heightPx, noise } = body;
  const jitter = () => (noise === 0 ? 0 : noise * heightPx * (random() + random() + random() - 1.5) * 2);
  const swing = Math.sin(body.strideRad);
  const keypoints = cocoJoints.flatMap((name) => {
    const [x, y] = UPRIGHT[name];
    const side = x + (SWING[name] ?? 0) * swing;
    return [foot.x + side * heightPx + jitter(), foot.y + y * heightPx + jitter(), 0.8];
  });
  const halfWidth = 0.2 * heightPx;
  const box = [foot.x - halfWidth, foot.y - heightPx, foot.x + halfWidth, foot.y] as const;
  return {
    box: [box[0] + jitter(), box[1] + jitter(), box[2] + jitter(), box[3] + jitter()],
    score: body.score,
    keypoints,
  };
}

/** One person of a scene: straight on from `from`, for all the scene unless hidden. */
export interface Walker {
  readonly from: Point;
  /** Pixels a second. */
  readonly velocity: Point;
  readonly heightPx: number;
  readonly score?: number;
  /** Times in which nobody finds this person, seconds. */
  readonly hiddenSec?: readonly (readonly [from: number, to: number])[];
}

export interface SceneFrame {
  readonly seq: number;
  readonly ptsUs: number;
  readonly poses: readonly Pose[];
  /** Index of the walker behind each pose. */
  readonly people: readonly number[];
}

export interface SceneOptions {
  readonly seconds: number;
  readonly fps: number;
  readonly random: Random;
  /** See `Body.noise`. */
  readonly noise?: number;
  /** 0..1: how far each frame's time may be off its place, in frame intervals. */
  readonly jitter?: number;
  /** 0..1: share of poses that are not found. */
  readonly missing?: number;
}

/** The frames of a scene; the poses of a frame are in random order. */
export function walkScene(walkers: readonly Walker[], options: SceneOptions): SceneFrame[] {
  const { seconds, fps, random, noise = 0, jitter = 0, missing = 0 } = options;
  return Array.from({ length: Math.round(seconds * fps) }, (_, seq) => {
    const timeSec = (seq + (jitter === 0 ? 0 : jitter * (random() - 0.5))) / fps;
    const found = walkers.flatMap((walker, person) => {
      const isHidden = walker.hiddenSec?.some(([from, to]) => timeSec >= from && timeSec < to) ?? false;
      if (isHidden || (missing > 0 && random() < missing)) return [];
      const foot = { x: walker.from.x + walker.velocity.x * timeSec, y: walker.from.y + walker.velocity.y * timeSec };
      const strideRad = 2 * Math.PI * timeSec + person;
      const body = { foot, heightPx: walker.heightPx, strideRad, score: walker.score ?? 0.8, noise };
      return [{ person, pose: uprightPose(body, random), order: random() }];
    });
    found.sort((a, b) => a.order - b.order);
    return {
      seq,
      ptsUs: Math.round(timeSec * 1e6),
      poses: found.map(({ pose }) => pose),
      people: found.map(({ person }) => person),
    };
  });
}

/** `count` people who walk criss-cross at walking pace over a 1920 × 1080 picture. */
export function crowd(count: number, random: Random): Walker[] {
  return Array.from({ length: count }, () => {
    const heightPx = 90 + 120 * random();
    const angleRad = 2 * Math.PI * random();
    const speed = heightPx * (0.4 + 0.5 * random());
    return {
      from: { x: 1920 * random(), y: 200 + 880 * random() },
      velocity: { x: speed * Math.cos(angleRad), y: 0.5 * speed * Math.sin(angleRad) },
      heightPx,
    };
  });
}
