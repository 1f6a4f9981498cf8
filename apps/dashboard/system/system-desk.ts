import { Inject, Injectable } from '@nestjs/common';
import { cameraHealth, type CameraHealth } from '#contracts/camera-health.js';
import { healthKey, serviceKey } from '#contracts/channels.js';
import { serviceHealth } from '#contracts/service-health.js';
import { AppError } from '#base/errors.js';
import type { HealthAnswer, QueueView, SystemAnswer } from '../api/schemas/events.js';
import { PARTS, type Parts } from '../parts.js';
import { within } from '../within.js';

const WAIT_MS = 2000;
const SERVICES_PREFIX = serviceKey('', '').replace(/:+$/, ':');
const CAMERAS_PREFIX = healthKey('');

/** Says how the whole system is doing. */
@Injectable()
export class SystemDesk {
  constructor(@Inject(PARTS) private readonly parts: Parts) {}

  /** @throws AppError `unavailable` when Redis, where all of this lies, does not answer. */
  async read(): Promise<SystemAnswer> {
    const { keyValues, settings } = this.parts;
    const all = Promise.all([keyValues.listJson(SERVICES_PREFIX, serviceHealth), this.readQueues(), this.cameras()]);
    const answer = await within<Awaited<typeof all> | null>(all, WAIT_MS, null);
    if (answer === null) throw new AppError('unavailable', 'Redis does not answer; it will be tried again.');
    const [services, queues, health] = answer;
    const limits = { maxUploadBytes: settings.POSEWATCH_MAX_UPLOAD_BYTES, maxCameras: settings.POSEWATCH_MAX_CAMERAS };
    return { services: [...services], queues, health: [...health], limits };
  }

  /** What ingest last said of each camera; those it has not spoken of for some seconds are missing. */
  cameras(): Promise<readonly CameraHealth[]> {
    return this.parts.keyValues.listJson(CAMERAS_PREFIX, cameraHealth);
  }

  /** Whether database and Redis answer now. */
  async health(): Promise<HealthAnswer> {
    const database = within(
      this.parts.database.$queryRaw`SELECT 1`.then(() => true),
      WAIT_MS,
      false,
    ).catch(() => false);
    const redis = within(
      this.parts.redis.ping().then(() => true),
      WAIT_MS,
      false,
    ).catch(() => false);
    const answers = { database: await database, redis: await redis };
    return { ok: answers.database && answers.redis, ...answers };
  }

  /** All meters in the text format of Prometheus. */
  async metrics(): Promise<{ mediaType: string; text: string }> {
    const { registry } = this.parts.metrics;
    await within(this.readQueues(), WAIT_MS, []);
    return { mediaType: registry.contentType, text: await registry.metrics() };
  }

  private readQueues(): Promise<QueueView[]> {
    return Promise.all(
      this.parts.queues.map(async ({ name, counts }) => {
        const now = await counts();
        this.parts.metrics.queueDepth(name, now);
        return { name, waiting: now.waiting + now.delayed, active: now.active, failed: now.failed };
      }),
    );
  }
}
