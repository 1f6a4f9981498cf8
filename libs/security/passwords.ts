import { createHash, randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** About 60 ms and 32 MB on one core of 2024. */
const COST = { N: 2 ** 15, r: 8, p: 1 } as const;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  const maxmem = 256 * (options.N ?? COST.N) * (options.r ?? COST.r);
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { ...options, maxmem }, (problem, key) => {
      if (problem === null) resolve(key);
      else reject(problem);
    });
  });
}

/** `scrypt$N$r$p$salt$key`: the cost travels with the hash, so that raising it later leaves old ones valid. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), key.toString('base64url')].join('$');
}

/** True when `password` is the one that was hashed; false also for a text that is no hash. Takes as long as hashing. */
export async function isPassword(password: string, hash: string): Promise<boolean> {
  const parts = hash.split('$');
  const [scheme, N, r, p, salt, key] = parts;
  if (scheme !== 'scrypt' || parts.length !== 6) return false;
  const expected = Buffer.from(key, 'base64url');
  const options = { N: Number(N), r: Number(r), p: Number(p) };
  const actual = await derive(password, Buffer.from(salt, 'base64url'), options);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

/** What is stored of a session token: whoever reads the table cannot log in with it. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
