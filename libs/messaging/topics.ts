import type { z } from 'zod';
import type { Logger } from '#observability/logger.js';
import { errorNotice } from './error-notice.js';
import { closeRedis, openRedis } from './redis.js';

/** News for whoever listens now; nobody gets it later. */
export interface Topics {
  /** Resolves once Redis has it; waits while Redis is away. */
  readonly publish: (topic: string, message: unknown) => Promise<void>;
  /** Calls `listener` with each message that matches `schema`; others are logged and left out. Returns the end of it. */
  readonly subscribe: <T>(topic: string, schema: z.ZodType<T>, listener: (message: T) => void) => Promise<() => void>;
  readonly close: () => Promise<void>;
}

/** Opens publishing and subscribing, on two connections. Subscriptions outlive a restart of Redis. */
export function openTopics(redisUrl: string, log: Logger): Topics {
  const outbound = openRedis(redisUrl, log);
  const inbound = openRedis(redisUrl, log);
  const listeners = new Map<string, Set<(text: string) => void>>();
  const notice = errorNotice(log, 'topics');
  inbound.on('message', (topic: string, text: string) => {
    for (const hear of listeners.get(topic) ?? []) hear(text);
  });
  return {
    publish: async (topic, message) => {
      await outbound.publish(topic, JSON.stringify(message));
    },
    subscribe: async (topic, schema, listener) => {
      const hear = (text: string): void => {
        try {
          listener(schema.parse(JSON.parse(text)));
        } catch (problem) {
          notice(problem);
        }
      };
      const known = listeners.get(topic) ?? new Set();
      listeners.set(topic, known.add(hear));
      await inbound.subscribe(topic);
      return () => {
        known.delete(hear);
      };
    },
    close: async () => {
      await Promise.all([closeRedis(outbound), closeRedis(inbound)]);
    },
  };
}
