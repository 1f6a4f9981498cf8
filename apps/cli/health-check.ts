import { readSettings } from '#config/settings.js';
import { serviceKey } from '#contracts/channels.js';
import { serviceHealth } from '#contracts/service-health.js';
import { openKeyValues } from '#messaging/key-values.js';
import { closeRedis, openRedis } from '#messaging/redis.js';
import { createLogger } from '#observability/logger.js';
import os from 'node:os';

/**
 * Health check of a container: `node health-check.js SERVICE` ends with 0 when that service of this host has beaten within the
 * heartbeat's time-to-live. The dashboard is asked over HTTP instead.
 */
const service = process.argv[2] ?? '';
const settings = readSettings(process.env);
const redis = openRedis(settings.REDIS_URL, createLogger({ service: 'health-check', level: 'silent' }));
setTimeout(() => process.exit(1), 4000).unref();
const beats = await openKeyValues(redis).listJson(serviceKey(service, os.hostname()), serviceHealth);
await closeRedis(redis);
process.exitCode = beats.length > 0 ? 0 : 1;
