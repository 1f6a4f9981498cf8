import type { Posture, SideAngles } from './gait.js';
import { add, along, cross, scaled, unit, type Vector } from './vector.js';

/** What a part of a figure is made of. `head` is skin with hair, eyes and mouth drawn on it. */
export type Material = 'skin' | 'head' | 'hair' | 'shirt' | 'trousers' | 'shoes' | 'bag';

/** A limb or muscle: a capsule that tapers from one radius to the other (metres). */
export interface Part {
  readonly from: Vector;
  readonly to: Vector;
  readonly fromRadiusM: number;
  readonly toRadiusM: number;
  /** How far it flows into its neighbours, metres. */
  readonly blendM: number;
  readonly material: Material;
}

/** How one person is built and dressed. */
export interface Build {
  readonly heightM: number;
  /** Width of the trunk and limbs; 1 is average. */
  readonly girth: number;
  readonly longHair: boolean;
  readonly bag: boolean;
  readonly shortSleeves: boolean;
}

/** A posed body in the world. */
export interface Figure {
  readonly parts: readonly Part[];
  /** Middle of the skull, and where the face looks. */
  readonly head: { readonly at: Vector; readonly forward: Vector; readonly up: Vector };
}

/** Where a figure stands and which way it faces (radians from +x towards +y). */
export interface Stance {
  readonly xM: number;
  readonly yM: number;
  readonly headingRad: number;
}

const UP: Vector = [0, 0, 1];

/** Lengths as shares of the body height (Winter, Biomechanics and Motor Control of Human Movement, table 4.1). */
const share = {
  thigh: 0.245,
  shin: 0.246,
  trunk: 0.288,
  upperArm: 0.186,
  forearm: 0.146,
  hipHalfWidth: 0.052,
  shoulderHalfWidth: 0.108,
} as const;

interface Axes {
  readonly forward: Vector;
  readonly left: Vector;
  readonly up: Vector;
}

function axes(headingRad: number, leanRad: number): Axes {
  const flat: Vector = [Math.cos(headingRad), Math.sin(headingRad), 0];
  const up = along([0, 0, 0], [Math.cos(leanRad), UP], [Math.sin(leanRad), flat]);
  const left: Vector = [-flat[1], flat[0], 0];
  return { forward: cross(left, up), left, up };
}

/** Down the body, swung forward by an angle and out to a side. */
function hanging({ forward, up, left }: Axes, angleRad: number, sideways: number): Vector {
  return unit(along([0, 0, 0], [-Math.cos(angleRad), up], [Math.sin(angleRad), forward], [sideways, left]));
}

interface Limb {
  readonly body: Axes;
  readonly angles: SideAngles;
  /** 1: left, -1: right. */
  readonly sign: number;
  readonly build: Build;
}

/** Heel and toes lie this far below the ankle. */
const SOLE_M = 0.045;
const SOLE_RADIUS_M = 0.036;

function leg(hip: Vector, { body, angles, sign, build }: Limb): { readonly parts: Part[]; readonly lowestM: number } {
  const { heightM, girth } = build;
  const shinAngle = angles.hip - angles.knee;
  const knee = along(hip, [share.thigh * heightM, hanging(body, angles.hip, 0.02 * sign)]);
  const ankle = along(knee, [share.shin * heightM, hanging(body, shinAngle, 0)]);
  const footAngle = shinAngle + angles.ankle;
  const toeward = along([0, 0, 0], [Math.cos(footAngle), body.forward], [Math.sin(footAngle), body.up]);
  const downward = hanging(body, footAngle, 0);
  const heel = along(ankle, [-0.045, toeward], [SOLE_M, downward]);
  const toes = along(ankle, [0.16, toeward], [SOLE_M + 0.008, downward], [0.02 * sign, body.left]);
  const trousers = { blendM: 0.025, material: 'trousers' } as const;
  const shoe = { blendM: 0.02, material: 'shoes' } as const;
  const parts: Part[] = [
    { from: hip, to: knee, fromRadiusM: 0.092 * girth, toRadiusM: 0.064 * girth, ...trousers },
    { from: knee, to: ankle, fromRadiusM: 0.063 * girth, toRadiusM: 0.052, ...trousers },
    { from: heel, to: toes, fromRadiusM: SOLE_RADIUS_M, toRadiusM: SOLE_RADIUS_M - 0.006, ...shoe },
    { from: ankle, to: along(ankle, [0.09, toeward], [0.028, downward]), fromRadiusM: 0.05, toRadiusM: 0.036, ...shoe },
  ];
  return { parts, lowestM: Math.min(heel[2], toes[2]) - SOLE_RADIUS_M };
}

function arm(shoulder: Vector, { body, angles, sign, build }: Limb): Part[] {
  const { heightM, girth } = build;
  const upper = hanging(body, angles.shoulder, 0.17 * sign);
  const fore = hanging(body, angles.shoulder + angles.elbow, -0.06 * sign);
  const elbow = along(shoulder, [share.upperArm * heightM, upper]);
  const wrist = along(elbow, [share.forearm * heightM, fore]);
  const sleeve = build.shortSleeves ? 'skin' : 'shirt';
  const half = along(shoulder, [share.upperArm * heightM * 0.62, upper]);
  const upperArm = { from: shoulder, to: elbow, fromRadiusM: 0.054 * girth, toRadiusM: 0.041 * girth, blendM: 0.012 };
  return [
    { from: shoulder, to: half, fromRadiusM: 0.064 * girth, toRadiusM: 0.056 * girth, blendM: 0.03, material: 'shirt' },
    { ...upperArm, material: sleeve },
    { from: elbow, to: wrist, fromRadiusM: 0.042 * girth, toRadiusM: 0.03, blendM: 0.012, material: sleeve },
    {
      from: wrist,
      to: along(wrist, [0.075, fore]),
      fromRadiusM: 0.032,
      toRadiusM: 0.03,
      blendM: 0.01,
      material: 'skin',
    },
    {
      from: along(wrist, [0.08, fore]),
      to: along(wrist, [0.13, fore]),
      fromRadiusM: 0.026,
      toRadiusM: 0.016,
      blendM: 0.02,
      material: 'skin',
    },
  ];
}

function turnedLeft({ forward, left }: Axes, angleRad: number): Vector {
  return along([0, 0, 0], [Math.cos(angleRad), left], [-Math.sin(angleRad), forward]);
}

/** Two points left and right of a place. */
function across(place: Vector, axis: Vector, halfM: number): { readonly from: Vector; readonly to: Vector } {
  return { from: along(place, [-halfM, axis]), to: along(place, [halfM, axis]) };
}

function trunk(pelvis: Vector, body: Axes, options: { build: Build; hips: Vector; shoulders: Vector }): Part[] {
  const { build, hips, shoulders } = options;
  const { girth, heightM } = build;
  const unitM = (share.trunk * heightM) / 0.5;
  const at = (up: number, forward: number): Vector => along(pelvis, [up * unitM, body.up], [forward, body.forward]);
  const shirt = { blendM: 0.06, material: 'shirt' } as const;
  const wide = (place: Vector, axis: Vector, [halfM, radiusM]: readonly [number, number]) => ({
    ...across(place, axis, halfM * girth),
    fromRadiusM: radiusM * girth,
    toRadiusM: radiusM * girth,
  });
  const parts: Part[] = [
    { ...wide(at(0, 0), hips, [0.07, 0.118]), blendM: 0.04, material: 'trousers' },
    { ...wide(at(0.12, 0.005), hips, [0.055, 0.118]), ...shirt },
    { ...wide(at(0.24, 0.01), shoulders, [0.06, 0.115]), ...shirt },
    { ...wide(at(0.37, 0.012), shoulders, [0.085, 0.12]), ...shirt },
    { ...wide(at(0.47, 0), shoulders, [0.125, 0.058]), ...shirt },
    { from: at(0.49, -0.005), to: at(0.6, 0.02), fromRadiusM: 0.058, toRadiusM: 0.05, blendM: 0.02, material: 'skin' },
  ];
  if (build.bag) {
    const bag = { from: at(0.2, -0.2), to: at(0.42, -0.19), fromRadiusM: 0.13, toRadiusM: 0.11 };
    parts.push({ ...bag, blendM: 0.01, material: 'bag' });
  }
  return parts;
}

function headParts({ at, forward, up }: Figure['head'], build: Build): Part[] {
  const spot = (ahead: number, above: number): Vector => along(at, [ahead, forward], [above, up]);
  const parts: Part[] = [
    {
      from: spot(0, -0.01),
      to: spot(-0.015, 0.025),
      fromRadiusM: 0.085,
      toRadiusM: 0.093,
      blendM: 0.01,
      material: 'head',
    },
    {
      from: spot(0.01, -0.01),
      to: spot(0.03, -0.085),
      fromRadiusM: 0.072,
      toRadiusM: 0.042,
      blendM: 0.03,
      material: 'head',
    },
    {
      from: spot(0.088, 0.005),
      to: spot(0.1, -0.03),
      fromRadiusM: 0.01,
      toRadiusM: 0.015,
      blendM: 0.01,
      material: 'head',
    },
    {
      from: spot(-0.02, 0.045),
      to: spot(-0.03, 0.01),
      fromRadiusM: 0.088,
      toRadiusM: 0.09,
      blendM: 0,
      material: 'hair',
    },
  ];
  if (build.longHair) {
    const strand = { from: spot(-0.05, 0), to: spot(-0.075, -0.16), fromRadiusM: 0.085, toRadiusM: 0.06 };
    parts.push({ ...strand, blendM: 0.02, material: 'hair' });
  }
  return parts;
}

/** The body of a person in a posture: its lower foot is on the floor, or `liftM` above it. */
export function figureOf(build: Build, posture: Posture, stance: Stance): Figure {
  const upright = axes(stance.headingRad, 0);
  const leaning = axes(stance.headingRad, posture.lean);
  const [hips, shoulders] = [turnedLeft(upright, -posture.twist * 0.6), turnedLeft(leaning, posture.twist)];
  const legs = ([1, -1] as const).map((sign) => {
    const angles = sign === 1 ? posture.left : posture.right;
    const hip = scaled(hips, sign * share.hipHalfWidth * build.heightM);
    return leg(hip, { body: upright, angles, sign, build });
  });
  const lowestM = Math.min(...legs.map((each) => each.lowestM));
  const pelvis: Vector = [stance.xM, stance.yM, posture.liftM - lowestM];
  const unitM = (share.trunk * build.heightM) / 0.5;
  const arms = ([1, -1] as const).flatMap((sign) => {
    const angles = sign === 1 ? posture.left : posture.right;
    const side: readonly [number, Vector] = [sign * share.shoulderHalfWidth * build.heightM * build.girth, shoulders];
    return arm(along(pelvis, [0.47 * unitM, leaning.up], side), { body: leaning, angles, sign, build });
  });
  const face = axes(stance.headingRad + posture.twist * 0.3 + posture.look, posture.lean * 0.4);
  const headAt = along(pelvis, [0.7 * unitM, leaning.up], [0.025, face.forward]);
  const head = { at: headAt, forward: face.forward, up: face.up };
  const parts = [
    ...trunk(pelvis, leaning, { build, hips, shoulders }),
    ...legs.flatMap((each) => each.parts.map((part) => moved(part, pelvis))),
    ...arms,
    ...headParts(head, build),
  ];
  return { parts, head };
}

function moved(part: Part, by: Vector): Part {
  return { ...part, from: add(part.from, by), to: add(part.to, by) };
}
