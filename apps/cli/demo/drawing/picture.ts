/** A picture under work: `rgb` [height × width × 3], 0..1, and the depth of each pixel in metres. */
export interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly rgb: Float32Array;
  readonly depthM: Float32Array;
}

/** Red, green, blue, 0..1, as displayed. */
export type Colour = readonly [red: number, green: number, blue: number];

/** A black picture without depth. */
export function blankPicture(widthPx: number, heightPx: number): Picture {
  const pixels = widthPx * heightPx;
  return { widthPx, heightPx, rgb: new Float32Array(pixels * 3), depthM: new Float32Array(pixels) };
}

/** Makes one picture the same as another of its size. */
export function overwrite(picture: Picture, by: Picture): void {
  picture.rgb.set(by.rgb);
  picture.depthM.set(by.depthM);
}

/** As rgb24 bytes. */
export function bytesOf({ rgb }: Picture): Uint8Array {
  const bytes = new Uint8ClampedArray(rgb.length);
  for (let at = 0; at < rgb.length; at++) bytes[at] = rgb[at] * 255;
  return new Uint8Array(bytes.buffer);
}

/** Covers a share (0..1) of a pixel with a colour. */
export function paint(picture: Picture, pixel: number, { colour, share }: { colour: Colour; share: number }): void {
  for (let channel = 0; channel < 3; channel++) {
    const at = pixel * 3 + channel;
    picture.rgb[at] += (colour[channel] - picture.rgb[at]) * share;
  }
}

/** 0 below `from`, 1 above `to`, smooth between. */
export function smoothStep(from: number, to: number, value: number): number {
  const share = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return share * share * (3 - 2 * share);
}

/** A fixed number 0..1 for a place on a grid: noise that is the same at every start. */
export function grain(x: number, y: number): number {
  const mixed = Math.sin(x * 127.1 + y * 311.7) * 43_758.5453;
  return mixed - Math.floor(mixed);
}

/** Smooth noise 0..1 with cells of size 1. */
export function smoothNoise(x: number, y: number): number {
  const [cellX, cellY] = [Math.floor(x), Math.floor(y)];
  const [u, v] = [smoothStep(0, 1, x - cellX), smoothStep(0, 1, y - cellY)];
  const row = (below: number): number => grain(cellX, cellY + below) * (1 - u) + grain(cellX + 1, cellY + below) * u;
  return row(0) * (1 - v) + row(1) * v;
}
