import type { z } from 'zod';
import type { Redis } from './redis.js';
import { SetBytes } from './set-bytes.js';

const SCAN_COUNT = 500;

/** Owns the key, or takes it when it is free: one step in Redis, so that two processes never both have it. */
const ACQUIRE = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

const RELEASE = `
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0`;

/** Small values and binary ones under keys that expire. */
export interface KeyValues {
  /** The bytes must not change before it resolves. */
  readonly setBytes: (key: string, bytes: Uint8Array, ttlMs: number) => Promise<void>;
  /** Null: never written, expired or deleted. */
  readonly getBytes: (key: string) => Promise<Buffer | null>;
  readonly delete: (keys: readonly string[]) => Promise<void>;
  readonly setJson: (key: string, value: unknown, ttlMs: number) => Promise<void>;
  /** Null: missing, or not of the schema (an older version wrote it). */
  readonly getJson: <T>(key: string, schema: z.ZodType<T>) => Promise<T | null>;
  /** All values whose key starts with `prefix`, in no order; those not of the schema are left out. */
  readonly listJson: <T>(prefix: string, schema: z.ZodType<T>) => Promise<readonly T[]>;
  /** True when `owner` holds the lease for the next `ttlMs`: newly, or renewed. */
  readonly acquireLease: (key: string, owner: string, ttlMs: number) => Promise<boolean>;
  /** Gives the lease back if `owner` holds it. */
  readonly releaseLease: (key: string, owner: string) => Promise<void>;
}

function parseJson<T>(text: string | null, schema: z.ZodType<T>): T | null {
  if (text === null) return null;
  try {
    const parsed = schema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

async function listKeys(redis: Redis, prefix: string): Promise<readonly string[]> {
  const pattern = `${prefix.replace(/[*?[\]\\]/g, '\\$&')}*`;
  const keys = new Set<string>();
  let cursor = '0';
  do {
    const [next, found] = await redis.scan(cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT);
    for (const key of found) keys.add(key);
    cursor = next;
  } while (cursor !== '0');
  return [...keys];
}

/** Key-value access over one connection, which stays the caller's. */
export function openKeyValues(redis: Redis): KeyValues {
  return {
    setBytes: async (key, bytes, ttlMs) => {
      const { buffer, byteOffset, byteLength } = bytes;
      await redis.sendCommand(new SetBytes(key, Buffer.from(buffer, byteOffset, byteLength), ttlMs));
    },
    getBytes: (key) => redis.getBuffer(key),
    delete: async (keys) => {
      if (keys.length > 0) await redis.unlink(...keys);
    },
    setJson: async (key, value, ttlMs) => {
      await redis.set(key, JSON.stringify(value), 'PX', ttlMs);
    },
    getJson: async (key, schema) => parseJson(await redis.get(key), schema),
    listJson: async (prefix, schema) => {
      const keys = await listKeys(redis, prefix);
      const texts = keys.length === 0 ? [] : await redis.mget(...keys);
      return texts.map((text) => parseJson(text, schema)).filter((value) => value !== null);
    },
    acquireLease: async (key, owner, ttlMs) => (await redis.eval(ACQUIRE, 1, key, owner, ttlMs)) === 1,
    releaseLease: async (key, owner) => {
      await redis.eval(RELEASE, 1, key, owner);
    },
  };
}
