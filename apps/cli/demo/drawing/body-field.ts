import type { Figure, Material, Part } from './figure.js';

/** Numbers kept for each part: start, axis, 1/length², radius, its growth along the axis, blend. */
const STRIDE = 10;

/**
 * A figure as a signed distance: metres to its surface, negative inside. Parts flow into each other (the polynomial smooth
 * minimum of Quilez, "Smooth minimum"), which makes shoulders and hips out of capsules.
 */
export class BodyField {
  readonly materials: readonly Material[];
  /** The part that was nearest in the last `distance`, and how far along it (0..1). */
  nearest = 0;
  nearestAlong = 0;
  private readonly numbers: Float64Array;
  private counted: readonly number[] = [];

  constructor(figure: Figure) {
    this.materials = figure.parts.map((part) => part.material);
    this.numbers = new Float64Array(figure.parts.flatMap(numbersOf));
  }

  /** From now on only these parts (indices) count. */
  count(parts: readonly number[]): void {
    this.counted = parts;
  }

  /** Distance of a place to the surface of the parts that count; exact near it, a bound elsewhere. */
  distance(x: number, y: number, z: number): number {
    const { numbers, counted } = this;
    let result = 1e9;
    let least = 1e9;
    for (const part of counted) {
      const at = part * STRIDE;
      const [px, py, pz] = [x - numbers[at], y - numbers[at + 1], z - numbers[at + 2]];
      const [ax, ay, az] = [numbers[at + 3], numbers[at + 4], numbers[at + 5]];
      const raw = (px * ax + py * ay + pz * az) * numbers[at + 6];
      const share = raw < 0 ? 0 : raw > 1 ? 1 : raw;
      const [dx, dy, dz] = [px - ax * share, py - ay * share, pz - az * share];
      const own = Math.sqrt(dx * dx + dy * dy + dz * dz) - numbers[at + 7] - numbers[at + 8] * share;
      if (own < least) {
        least = own;
        this.nearest = part;
        this.nearestAlong = share;
      }
      const blend = numbers[at + 9];
      const overlap = blend - Math.abs(result - own);
      const smooth = overlap > 0 ? (overlap * overlap) / (4 * blend) : 0;
      result = Math.min(result, own) - smooth;
    }
    return result;
  }
}

function numbersOf({ from, to, fromRadiusM, toRadiusM, blendM }: Part): number[] {
  const axis = [to[0] - from[0], to[1] - from[1], to[2] - from[2]];
  const squared = axis.reduce((sum, value) => sum + value * value, 0);
  return [...from, ...axis, 1 / Math.max(squared, 1e-9), fromRadiusM, toRadiusM - fromRadiusM, blendM];
}
