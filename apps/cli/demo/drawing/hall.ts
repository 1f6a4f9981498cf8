import { rayThrough, type Lens } from './lens.js';
import { blankPicture, grain, paint, smoothNoise, smoothStep, type Colour, type Picture } from './picture.js';
import { along, type Vector } from './vector.js';

/** The empty hall: a long passage with a marked area before a door, benches, pillars, windows. Everything in metres. */
const size = { fromX: -16, toX: 24, depthY: 11, heightZ: 3.6 } as const;

/** The marked area on the floor. */
export const stripedArea = { fromX: 1.8, toX: 5.2, fromY: 7.6, toY: 10.3 } as const;

interface Box {
  readonly from: Vector;
  readonly to: Vector;
  readonly colour: Colour;
}

const boxes: readonly Box[] = [
  { from: [-4.6, 9.9, 0], to: [-2.4, 10.5, 0.46], colour: [0.5, 0.36, 0.24] },
  { from: [7.2, 10.3, 0], to: [7.8, 10.9, 1.9], colour: [0.36, 0.42, 0.5] },
  { from: [-1.4, 0.5, 0], to: [0.9, 1.1, 0.46], colour: [0.5, 0.36, 0.24] },
  { from: [3.4, 0.15, 0], to: [5.6, 0.75, 1.95], colour: [0.46, 0.44, 0.42] },
];

interface Surface {
  readonly depthM: number;
  readonly colour: (place: Vector) => Colour;
}

/** The empty hall through a lens. */
export interface Hall {
  readonly picture: Picture;
  /** [pixels × 2]: x m, y m of the floor that a pixel shows; NaN where it shows something else. */
  readonly floorM: Float32Array;
}

/** Draws the empty hall: 0.5 s, once for a camera. */
export function hallThrough(lens: Lens): Hall {
  const { widthPx, heightPx } = lens;
  const pixels = widthPx * heightPx;
  const picture = blankPicture(widthPx, heightPx);
  const floorM = new Float32Array(pixels * 2).fill(Number.NaN);
  for (let pixel = 0; pixel < pixels; pixel++) {
    const [x, y] = [pixel % widthPx, Math.floor(pixel / widthPx)];
    const ray = rayThrough(lens, x, y);
    const middle = nearest(lens.at, ray);
    picture.depthM[pixel] = middle.depthM;
    if (middle.colour === floor) floorM.set(along(lens.at, [middle.depthM, ray]).slice(0, 2), pixel * 2);
    for (let sample = 0; sample < 4; sample++) {
      const near = rayThrough(lens, x - 0.25 + 0.5 * (sample % 2), y - 0.25 + 0.5 * Math.floor(sample / 2));
      const { depthM, colour } = nearest(lens.at, near);
      paint(picture, pixel, { colour: colour(along(lens.at, [depthM, near])), share: 1 / (sample + 1) });
    }
  }
  return { picture, floorM };
}

function nearest(at: Vector, ray: Vector): Surface {
  let best = planeHit([at[2], ray[2]], [0, size.heightZ], [floor, ceiling]);
  const nearer = (other: Surface | null): void => {
    if (other !== null && other.depthM < best.depthM) best = other;
  };
  nearer(planeHit([at[1], ray[1]], [0, size.depthY], [windowWall, doorWall]));
  nearer(planeHit([at[0], ray[0]], [size.fromX, size.toX], [endWall, endWall]));
  for (const box of boxes) nearer(boxHit(box, at, ray));
  return best;
}

/** Inside between two planes: whichever the ray runs to. */
function planeHit(
  [at, step]: readonly [number, number],
  [low, high]: readonly [number, number],
  [lowColour, highColour]: readonly [Surface['colour'], Surface['colour']],
): Surface {
  if (step < 0) return { depthM: (low - at) / step, colour: lowColour };
  return { depthM: step === 0 ? Infinity : (high - at) / step, colour: highColour };
}

function boxHit({ from, to, colour }: Box, at: Vector, ray: Vector): Surface | null {
  let [enterM, leaveM, side] = [-Infinity, Infinity, 0];
  for (const axis of [0, 1, 2] as const) {
    const [a, b] = [(from[axis] - at[axis]) / ray[axis], (to[axis] - at[axis]) / ray[axis]];
    if (Math.min(a, b) > enterM) [enterM, side] = [Math.min(a, b), axis];
    leaveM = Math.min(leaveM, Math.max(a, b));
  }
  if (enterM > leaveM || enterM < 0) return null;
  const light = [0.72, 0.85, 1.12][side];
  return {
    depthM: enterM,
    colour: ([x, y, z]) => tinted(colour, light * (0.93 + 0.12 * smoothNoise(x * 9 + z * 3, y * 9))),
  };
}

function tinted([red, green, blue]: Colour, light: number): Colour {
  return [red * light, green * light, blue * light];
}

/** Brighter under the rows of lamps. */
function lampLight(x: number, y: number): number {
  return 0.88 + 0.07 * Math.cos((x * Math.PI) / 2) + 0.05 * Math.cos(((y - size.depthY / 2) * Math.PI) / size.depthY);
}

function floor([x, y]: Vector): Colour {
  const tile = 0.97 + 0.06 * grain(Math.floor(x / 0.6), Math.floor(y / 0.6));
  const joint = Math.min(Math.abs(x / 0.6 - Math.round(x / 0.6)), Math.abs(y / 0.6 - Math.round(y / 0.6)));
  const corner = smoothStep(0, 0.7, Math.min(y, size.depthY - y)) * 0.25 + 0.75;
  const light =
    lampLight(x, y) * tile * corner * (joint < 0.018 ? 0.86 : 1) * (0.96 + 0.08 * smoothNoise(x * 3, y * 3));
  return stripe(x, y) ? tinted([0.86, 0.68, 0.16], light) : tinted([0.62, 0.6, 0.57], light);
}

/** Yellow border and hatching of the marked area. */
function stripe(x: number, y: number): boolean {
  const { fromX, toX, fromY, toY } = stripedArea;
  const inside = Math.min(x - fromX, toX - x, y - fromY, toY - y);
  if (inside < 0) return false;
  return inside < 0.12 || (((x + y) % 0.9) + 0.9) % 0.9 < 0.11;
}

function ceiling([x, y]: Vector): Colour {
  const lamp = Math.abs((((x % 4) + 4) % 4) - 0) < 1.4 && Math.abs((y % 3.6) - 1.8) < 0.25;
  return lamp ? [1, 1, 0.97] : [0.7, 0.71, 0.71];
}

function wall(z: number, base: Colour, x: number): Colour {
  if (z < 0.12) return [0.3, 0.3, 0.32];
  const light =
    (0.74 + 0.07 * z) * (0.98 + 0.05 * smoothNoise(x * 1.7, z * 1.7)) * (0.93 + 0.07 * Math.cos((x * Math.PI) / 2));
  return tinted(base, light);
}

/** In the middle of the repeated cells of a wall: 0 at their borders. */
function cell(x: number, lengthM: number): number {
  const share = (((x % lengthM) + lengthM) % lengthM) / lengthM;
  return Math.min(share, 1 - share) * lengthM;
}

const doors = { middleX: 3.5, halfWidth: 0.98, height: 2.28, frame: 0.08 } as const;

function doorWall([x, , z]: Vector): Colour {
  const aside = Math.abs(x - doors.middleX);
  if (aside < doors.halfWidth && z < doors.height) return doorColour(aside, z);
  if (aside < 0.7 && Math.abs(z - 2.6) < 0.14) return [0.78, 0.2, 0.16]; // the sign above them
  if (Math.abs(x + 3.5) < 0.55 && Math.abs(z - 1.75) < 0.75) return posterColour(x, z);
  return wall(z, [0.84, 0.82, 0.76], x);
}

/** Two wings with handles in a frame; `aside`: metres from where they meet. */
function doorColour(aside: number, z: number): Colour {
  if (aside > doors.halfWidth - doors.frame || z > doors.height - doors.frame) return [0.26, 0.28, 0.3];
  if (aside < 0.012) return [0.2, 0.22, 0.24];
  const handle = Math.abs(aside - 0.09) < 0.02 && Math.abs(z - 1.05) < 0.09;
  return handle ? [0.8, 0.8, 0.8] : tinted([0.36, 0.46, 0.52], 0.85 + 0.1 * z);
}

function posterColour(x: number, z: number): Colour {
  return smoothNoise(x * 2.2, z * 2.2) > 0.5 ? [0.24, 0.44, 0.6] : [0.86, 0.8, 0.64];
}

function windowWall([x, , z]: Vector): Colour {
  const edge = cell(x + 0.4, 3.2);
  if (z > 0.95 && z < 2.75 && edge > 0.35) {
    const frame = edge < 0.43 || z < 1.03 || z > 2.67 || Math.abs(edge - 1.6) < 0.05;
    if (frame) return [0.9, 0.9, 0.88];
    return tinted([0.72, 0.8, 0.88], 0.8 + 0.12 * (z - 1) + 0.1 * smoothNoise(x * 0.8, z * 0.9));
  }
  return wall(z, [0.78, 0.81, 0.79], x);
}

function endWall([, y, z]: Vector): Colour {
  return wall(z, [0.6, 0.63, 0.66], y);
}
