/** A place or direction in the demo's world: metres, x along the hall, y across it, z up. */
export type Vector = readonly [x: number, y: number, z: number];

export function add(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function scaled(a: Vector, factor: number): Vector {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The same direction with length 1. */
export function unit(a: Vector): Vector {
  return scaled(a, 1 / Math.hypot(...a));
}

/** `origin` plus so much of each direction. */
export function along(origin: Vector, ...steps: readonly (readonly [metres: number, direction: Vector])[]): Vector {
  return steps.reduce<Vector>((place, [metres, direction]) => add(place, scaled(direction, metres)), origin);
}
