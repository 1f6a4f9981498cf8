import type { Redis } from './redis.js';

const KEPT = 1000;

/** A message that was given up, with the reason. */
export interface BadMessage {
  readonly id: string;
  readonly problem: string;
  readonly message: unknown;
}

/** Keeps a message for a person to look at: the newest 1,000 of a queue stay, all are counted. */
export async function keepBad(redis: Redis, queue: string, bad: BadMessage): Promise<void> {
  await redis
    .multi()
    .lpush(`bad:${queue}`, JSON.stringify(bad))
    .ltrim(`bad:${queue}`, 0, KEPT - 1)
    .incr(`bad-count:${queue}`)
    .exec();
}

/** How many messages of a queue were given up so far. */
export async function badCount(redis: Redis, queue: string): Promise<number> {
  return Number((await redis.get(`bad-count:${queue}`)) ?? 0);
}

/** The newest messages given up, newest first. */
export async function listBad(redis: Redis, queue: string): Promise<readonly BadMessage[]> {
  const kept = await redis.lrange(`bad:${queue}`, 0, KEPT - 1);
  return kept.map((text) => JSON.parse(text) as BadMessage);
}
