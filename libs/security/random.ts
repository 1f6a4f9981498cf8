import { randomBytes, randomInt } from 'node:crypto';
import type { Random } from '#base/random.js';

const STEPS = 2 ** 48 - 1;

/** Unpredictable numbers in [0, 1), for ids. */
export const secureRandom: Random = () => randomInt(STEPS) / STEPS;

const READABLE = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password a person can type: four groups of five, without letters that look alike; 99 random bits. */
export function newPassword(): string {
  const letters = Array.from({ length: 20 }, () => READABLE[randomInt(READABLE.length)] ?? '').join('');
  return letters.replace(/(.{5})(?=.)/g, '$1-');
}

/** A session token: 256 random bits, base64url. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}
