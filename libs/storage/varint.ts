/** Whole numbers of any size as bytes, small ones as few: the alphabet of what is packed in the store. */
import { AppError } from '#base/errors.js';

/** Bytes that are being read, from `at` on. */
export interface VarintReader {
  readonly bytes: Uint8Array;
  at: number;
}

/** A whole number from 0 to 2⁵³: seven bits a byte, lowest first. */
export function putVarint(to: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    to.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  to.push(rest);
}

/** Undoes `putVarint`. @throws AppError `data-loss` where the bytes end. */
export function takeVarint(from: VarintReader): number {
  const { bytes } = from;
  let value = 0;
  for (let weight = 1; from.at < bytes.length; weight *= 128) {
    const byte = bytes[from.at++];
    if (byte < 128) return value + byte * weight;
    value += (byte - 128) * weight;
  }
  throw new AppError('data-loss', 'A segment ends too early.');
}

/** 0, −1, 1, −2 … → 0, 1, 2, 3 …; exact up to 2⁵². */
export function putSigned(to: number[], value: number): void {
  putVarint(to, value < 0 ? -2 * value - 1 : 2 * value);
}

/** Undoes `putSigned`. @throws AppError `data-loss` where the bytes end. */
export function takeSigned(from: VarintReader): number {
  const value = takeVarint(from);
  return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
}

/** Times in order: the first, then the changes of the time between them, which are zero for a steady camera. */
export function putTimes(to: number[], timesUs: readonly number[]): void {
  let [before, gap] = [0, 0];
  timesUs.forEach((ptsUs, at) => {
    putSigned(to, ptsUs - before - gap);
    gap = at === 0 ? 0 : ptsUs - before;
    before = ptsUs;
  });
}

/** Undoes `putTimes`. @throws AppError `data-loss` where the bytes end. */
export function takeTimes(from: VarintReader, count: number): number[] {
  let [before, gap] = [0, 0];
  return Array.from({ length: count }, (_, at) => {
    const ptsUs = takeSigned(from) + before + gap;
    gap = at === 0 ? 0 : ptsUs - before;
    before = ptsUs;
    return ptsUs;
  });
}
