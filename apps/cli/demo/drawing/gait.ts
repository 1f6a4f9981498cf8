/**
 * How the joints of a walking, running and standing person move: curves of clinical gait analysis (sagittal plane), reduced to a
 * few knots and read with a periodic Catmull-Rom spline. A phase of 0 is the heel strike of the left foot.
 */

/** Joint angles of one side, radians. Zero is standing straight; hip and shoulder forward, knee, elbow bent, toes up: positive. */
export interface SideAngles {
  readonly hip: number;
  readonly knee: number;
  readonly ankle: number;
  readonly shoulder: number;
  readonly elbow: number;
}

/** A whole body at one moment. */
export interface Posture {
  readonly left: SideAngles;
  readonly right: SideAngles;
  /** Of the trunk, forward, radians. */
  readonly lean: number;
  /** Of the shoulders against the hips, to the left, radians. */
  readonly twist: number;
  /** Of the head against the trunk, to the left, radians. */
  readonly look: number;
  /** Of the lower foot above the floor, metres. */
  readonly liftM: number;
}

type Knots = readonly (readonly [phase: number, degrees: number])[];

interface Gait {
  readonly hip: Knots;
  readonly knee: Knots;
  readonly ankle: Knots;
  readonly shoulder: Knots;
  readonly elbow: Knots;
  readonly leanDeg: number;
  readonly twistDeg: number;
  readonly liftM: number;
}

const walk: Gait = {
  hip: [
    [0, 28],
    [0.12, 23],
    [0.3, 5],
    [0.5, -12],
    [0.6, -4],
    [0.72, 18],
    [0.86, 31],
  ],
  knee: [
    [0, 5],
    [0.13, 18],
    [0.28, 11],
    [0.4, 6],
    [0.5, 11],
    [0.6, 38],
    [0.72, 61],
    [0.85, 32],
    [0.95, 5],
  ],
  ankle: [
    [0, 2],
    [0.08, -6],
    [0.3, 6],
    [0.46, 10],
    [0.6, -16],
    [0.75, 1],
    [0.9, 3],
  ],
  shoulder: [
    [0, -24],
    [0.25, -4],
    [0.5, 20],
    [0.75, -2],
  ],
  elbow: [
    [0, 12],
    [0.5, 34],
  ],
  leanDeg: 3,
  twistDeg: 6,
  liftM: 0,
};

const run: Gait = {
  hip: [
    [0, 34],
    [0.15, 20],
    [0.35, -10],
    [0.45, -8],
    [0.65, 38],
    [0.8, 54],
    [0.92, 42],
  ],
  knee: [
    [0, 20],
    [0.14, 40],
    [0.32, 18],
    [0.45, 40],
    [0.6, 104],
    [0.75, 88],
    [0.9, 26],
  ],
  ankle: [
    [0, 6],
    [0.15, 18],
    [0.35, -18],
    [0.6, -8],
    [0.85, 4],
  ],
  shoulder: [
    [0, -48],
    [0.25, -8],
    [0.5, 36],
    [0.75, -6],
  ],
  elbow: [
    [0, 78],
    [0.5, 104],
  ],
  leanDeg: 11,
  twistDeg: 11,
  liftM: 0.07,
};

const RADIANS = Math.PI / 180;

/** The spline through the knots at a phase, in radians; knots repeat with period 1. */
function curve(knots: Knots, phase: number): number {
  const at = phase - Math.floor(phase);
  const count = knots.length;
  const next = knots.findIndex(([knot]) => knot > at);
  const right = next === -1 ? count : next;
  const knot = (index: number): readonly [number, number] => {
    const [p, degrees] = knots[((index % count) + count) % count];
    return [p + Math.floor(index / count), degrees];
  };
  const [[p0, v0], [p1, v1], [p2, v2], [p3, v3]] = [knot(right - 2), knot(right - 1), knot(right), knot(right + 1)];
  const u = (at - p1) / (p2 - p1);
  const [m1, m2] = [((v2 - v0) / (p2 - p0)) * (p2 - p1), ((v3 - v1) / (p3 - p1)) * (p2 - p1)];
  const [u2, u3] = [u * u, u * u * u];
  const degrees = (2 * u3 - 3 * u2 + 1) * v1 + (u3 - 2 * u2 + u) * m1 + (3 * u2 - 2 * u3) * v2 + (u3 - u2) * m2;
  return degrees * RADIANS;
}

function side(gait: Gait, phase: number): SideAngles {
  return {
    hip: curve(gait.hip, phase),
    knee: curve(gait.knee, phase),
    ankle: curve(gait.ankle, phase),
    shoulder: curve(gait.shoulder, phase),
    elbow: curve(gait.elbow, phase),
  };
}

function stepping(gait: Gait, phase: number): Posture {
  const turn = 2 * Math.PI * phase;
  return {
    left: side(gait, phase),
    right: side(gait, phase + 0.5),
    lean: gait.leanDeg * RADIANS,
    twist: gait.twistDeg * RADIANS * Math.cos(turn),
    look: 0,
    liftM: gait.liftM * (0.5 - 0.5 * Math.cos(2 * turn - 0.6)),
  };
}

/** A walking body; two steps a unit of phase. */
export function walking(phase: number): Posture {
  return stepping(walk, phase);
}

/** A running body; two steps a unit of phase. */
export function running(phase: number): Posture {
  return stepping(run, phase);
}

/** A body that waits: shifts its weight, looks around, and now and then looks at what it holds in its left hand. */
export function standing(sec: number): Posture {
  const sway = Math.sin(sec * 0.9);
  const reads = 0.5 + 0.5 * Math.tanh(4 * Math.sin(sec * 0.42));
  const legs = { hip: 2 * RADIANS, knee: 4 * RADIANS, ankle: 0 };
  return {
    left: { ...legs, shoulder: (4 + 22 * reads) * RADIANS, elbow: (14 + 80 * reads) * RADIANS },
    right: { ...legs, knee: (7 + 4 * sway) * RADIANS, shoulder: (2 + 3 * sway) * RADIANS, elbow: 14 * RADIANS },
    lean: (1 + 2 * reads) * RADIANS,
    twist: 5 * RADIANS * Math.sin(sec * 0.55),
    look: (1 - reads) * 38 * RADIANS * Math.sin(sec * 0.7),
    liftM: 0,
  };
}

function mix(a: number, b: number, share: number): number {
  return a + (b - a) * share;
}

function mixedSides(a: SideAngles, b: SideAngles, share: number): SideAngles {
  return {
    hip: mix(a.hip, b.hip, share),
    knee: mix(a.knee, b.knee, share),
    ankle: mix(a.ankle, b.ankle, share),
    shoulder: mix(a.shoulder, b.shoulder, share),
    elbow: mix(a.elbow, b.elbow, share),
  };
}

/** Between two postures: `share` 0 is `a`, 1 is `b`. */
export function mixed(a: Posture, b: Posture, share: number): Posture {
  return {
    left: mixedSides(a.left, b.left, share),
    right: mixedSides(a.right, b.right, share),
    lean: mix(a.lean, b.lean, share),
    twist: mix(a.twist, b.twist, share),
    look: mix(a.look, b.look, share),
    liftM: mix(a.liftM, b.liftM, share),
  };
}
