import { BodyField } from './body-field.js';
import type { Figure, Material, Part } from './figure.js';
import { rayThrough, seenAt, type Lens } from './lens.js';
import { paint, smoothStep, type Colour, type Picture } from './picture.js';
import { along, cross, dot, unit, type Vector } from './vector.js';

/**
 * Draws a body by sphere tracing its distance field. The picture is cut into tiles, and in each only the parts that can be seen
 * there are looked at: about 5 ms for a person 150 px tall.
 */
export type Palette = Readonly<Record<Exclude<Material, 'head'>, Colour>>;

interface Seen {
  readonly part: number;
  readonly from: ReturnType<typeof seenAt>;
  readonly to: ReturnType<typeof seenAt>;
  /** Of the part at its nearer end, with what it flows into. */
  readonly reachPx: number;
  readonly nearM: number;
  readonly farM: number;
}

interface Tile {
  readonly parts: readonly number[];
  readonly nearM: number;
  readonly farM: number;
}

/** Where a ray meets the body, or passes it: `share` of the pixel that is covered. */
interface Hit {
  readonly place: Vector;
  readonly depthM: number;
  readonly share: number;
}

const TILE_PX = 8;
const MOST_STEPS = 40;
const LIGHT: Vector = unit([-0.35, -0.3, 0.9]);

/** Draws one figure in front of what is farther away; draw far figures first. */
export function drawFigure(picture: Picture, lens: Lens, subject: { figure: Figure; palette: Palette }): void {
  const { figure, palette } = subject;
  const seen = figure.parts.map((part, index) => seenPart(lens, part, index));
  if (seen.some((each) => each.nearM < 0.5)) return;
  const field = new BodyField(figure);
  const shade = shader(figure, palette, field);
  const [left, right] = reach(seen, 'xPx', lens.widthPx);
  const [top, bottom] = reach(seen, 'yPx', lens.heightPx);
  for (let y = top; y < bottom; y += TILE_PX) {
    for (let x = left; x < right; x += TILE_PX) {
      const tile = tileAt(seen, x + TILE_PX / 2, y + TILE_PX / 2);
      if (tile !== null) drawTile({ picture, lens, field, shade, tile }, x, y);
    }
  }
}

function seenPart(lens: Lens, part: Part, index: number): Seen {
  const [from, to] = [seenAt(lens, part.from), seenAt(lens, part.to)];
  const radiusM = Math.max(part.fromRadiusM, part.toRadiusM) + part.blendM / 2;
  const nearM = Math.min(from.depthM, to.depthM);
  return {
    ...{ part: index, from, to, reachPx: (radiusM * lens.focalPx) / nearM },
    ...{ nearM: nearM - radiusM, farM: Math.max(from.depthM, to.depthM) + radiusM },
  };
}

function reach(seen: readonly Seen[], side: 'xPx' | 'yPx', limitPx: number): readonly [number, number] {
  const lowest = Math.min(...seen.map((each) => Math.min(each.from[side], each.to[side]) - each.reachPx));
  const highest = Math.max(...seen.map((each) => Math.max(each.from[side], each.to[side]) + each.reachPx));
  return [Math.max(0, Math.floor(lowest)), Math.min(limitPx, Math.ceil(highest))];
}

/** The parts that reach into a tile; null when there are none. */
function tileAt(seen: readonly Seen[], xPx: number, yPx: number): Tile | null {
  const touching = seen.filter((each) => {
    const { from, to, reachPx } = each;
    const [ax, ay] = [to.xPx - from.xPx, to.yPx - from.yPx];
    const raw = ((xPx - from.xPx) * ax + (yPx - from.yPx) * ay) / Math.max(ax * ax + ay * ay, 1e-9);
    const share = Math.min(1, Math.max(0, raw));
    const away = Math.hypot(xPx - from.xPx - ax * share, yPx - from.yPx - ay * share);
    return away < reachPx + TILE_PX * 0.75 + 1;
  });
  if (touching.length === 0) return null;
  return {
    parts: touching.map((each) => each.part),
    nearM: Math.min(...touching.map((each) => each.nearM)),
    farM: Math.max(...touching.map((each) => each.farM)),
  };
}

interface Work {
  readonly picture: Picture;
  readonly lens: Lens;
  readonly field: BodyField;
  readonly shade: (place: Vector) => Colour;
  readonly tile: Tile;
}

function drawTile(work: Work, leftPx: number, topPx: number): void {
  const { picture, lens, field, tile } = work;
  field.count(tile.parts);
  const [right, bottom] = [Math.min(leftPx + TILE_PX, lens.widthPx), Math.min(topPx + TILE_PX, lens.heightPx)];
  for (let y = topPx; y < bottom; y++) {
    for (let x = leftPx; x < right; x++) {
      const pixel = y * lens.widthPx + x;
      if (picture.depthM[pixel] < tile.nearM) continue;
      const hit = trace(work, rayThrough(lens, x, y));
      if (hit === null || hit.depthM > picture.depthM[pixel]) continue;
      paint(picture, pixel, { colour: work.shade(hit.place), share: hit.share });
      if (hit.share === 1) picture.depthM[pixel] = hit.depthM;
    }
  }
}

/** Follows a ray to the surface. A ray that only comes near it within a pixel covers that pixel in part: smooth edges. */
function trace({ lens, field, tile }: Work, ray: Vector): Hit | null {
  const length = Math.hypot(...ray);
  const pixelM = 1 / lens.focalPx;
  let [depthM, closest, closestM] = [tile.nearM, 1, tile.nearM];
  for (let step = 0; step < MOST_STEPS && depthM < tile.farM; step++) {
    const away = field.distance(
      lens.at[0] + ray[0] * depthM,
      lens.at[1] + ray[1] * depthM,
      lens.at[2] + ray[2] * depthM,
    );
    const pixels = away / (depthM * pixelM);
    if (pixels < 0.2) return { place: along(lens.at, [depthM, ray]), depthM, share: 1 };
    if (pixels < closest) [closest, closestM] = [pixels, depthM];
    depthM += away / length;
  }
  if (closest >= 1) return null;
  return { place: along(lens.at, [closestM, ray]), depthM: closestM, share: 1 - closest };
}

function shader(figure: Figure, palette: Palette, field: BodyField): Work['shade'] {
  return (place) => {
    probe(field, place);
    const material = field.materials[field.nearest];
    const crease = 1 - 0.06 * (0.5 + 0.5 * Math.sin(field.nearestAlong * 23 + field.nearest * 1.7));
    const base = material === 'head' ? faceColour(figure.head, palette, place) : palette[material];
    const normal = normalAt(field, place);
    const facing = dot(normal, LIGHT);
    const open = smoothStep(-0.02, 0.07, probe(field, along(place, [0.08, normal])));
    const lit = smoothStep(-0.06, 0.1, probe(field, along(place, [0.16, LIGHT])));
    const key = Math.max(0, facing * 0.75 + 0.25) * (0.45 + 0.55 * lit);
    const sky = 0.36 + 0.2 * normal[2];
    const light = (key * 0.72 + sky * (0.55 + 0.45 * open)) * (material === 'skin' || material === 'head' ? 1 : crease);
    return [base[0] * light * 1.02, base[1] * light, base[2] * light * 0.97];
  };
}

function probe(field: BodyField, [x, y, z]: Vector): number {
  return field.distance(x, y, z);
}

/** Outward direction of the surface, from four samples on a tetrahedron. */
function normalAt(field: BodyField, [x, y, z]: Vector): Vector {
  const reachM = 0.004;
  const a = field.distance(x + reachM, y - reachM, z - reachM);
  const b = field.distance(x - reachM, y - reachM, z + reachM);
  const c = field.distance(x - reachM, y + reachM, z - reachM);
  const d = field.distance(x + reachM, y + reachM, z + reachM);
  return unit([a - b - c + d, -a - b + c + d, -a + b - c + d]);
}

/** Skin with eyes, brows and a mouth in front, hair above and behind. */
function faceColour({ at, forward, up }: Figure['head'], palette: Palette, place: Vector): Colour {
  const from: Vector = [place[0] - at[0], place[1] - at[1], place[2] - at[2]];
  const [ahead, above] = [dot(from, forward), dot(from, up)];
  const aside = Math.abs(dot(from, cross(up, forward)));
  if (ahead < -0.005 && above > -0.06) return palette.hair;
  if (ahead < 0.03) return palette.skin;
  const eye = Math.hypot(aside - 0.033, (above - 0.012) * 1.4) < 0.015;
  const brow = Math.abs(above - 0.037) < 0.006 && Math.abs(aside - 0.034) < 0.02;
  if (eye || brow) return [0.16, 0.11, 0.09];
  const mouth = Math.abs(above + 0.06) < 0.007 && aside < 0.024;
  return mouth ? [palette.skin[0] * 0.72, palette.skin[1] * 0.5, palette.skin[2] * 0.5] : palette.skin;
}
