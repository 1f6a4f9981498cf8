import { systemClock } from '#base/clock.js';
import { FRAMES_QUEUE, lanesQueue, VIDEOS_QUEUE } from '#contracts/channels.js';
import type { VideoUploaded } from '#contracts/video-uploaded.js';
import { probe } from '#media/probe.js';
import { openKeyValues } from '#messaging/key-values.js';
import { openSender } from '#messaging/queues.js';
import { closeRedis, openRedis } from '#messaging/redis.js';
import { openTopics } from '#messaging/topics.js';
import { secureRandom } from '#security/random.js';
import { openSecretBox } from '#security/secret-box.js';
import { openDatabase } from '#storage/database.js';
import { installer } from './models/install.js';
import type { CameraPicture, Parts } from './parts.js';
import { createMetrics } from './system/metrics.js';

/** Opens everything the dashboard works with; waits for PostgreSQL. `close` closes it again. */
export async function openParts(
  options: Pick<Parts, 'settings' | 'log' | 'pageDir' | 'modelsManifest' | 'dryRunWorker' | 'importWorker'>,
): Promise<{ readonly parts: Parts; readonly close: () => Promise<void> }> {
  const { settings, log, ...places } = options;
  const redisUrl = settings.REDIS_URL;
  const secretBox = openSecretBox(settings.POSEWATCH_DATA_DIR);
  const database = await openDatabase(settings.DATABASE_URL, log);
  const redis = openRedis(redisUrl, log);
  const topics = openTopics(redisUrl, log);
  const videos = openSender<VideoUploaded>({ redisUrl, queue: VIDEOS_QUEUE, log });
  const lanes = Array.from({ length: settings.POSEWATCH_LANES }, (_, lane) => lanesQueue(lane));
  const watched = [FRAMES_QUEUE, ...lanes].map((queue) => ({
    queue,
    sender: openSender<never>({ redisUrl, queue, log }),
  }));
  const parts: Parts = {
    database,
    redis,
    openRedis: () => openRedis(redisUrl, log),
    keyValues: openKeyValues(redis),
    topics,
    videos,
    queues: [
      { name: VIDEOS_QUEUE, counts: videos.counts },
      ...watched.map(({ queue, sender }) => ({ name: queue, counts: sender.counts })),
    ],
    secretBox,
    probe: (url) => pictureOf(url, settings.POSEWATCH_RTSP_TIMEOUT_MS),
    metrics: createMetrics(),
    settings,
    clock: systemClock,
    random: secureRandom,
    log,
    pullModel: installer(settings.POSEWATCH_MODELS_DIR),
    ...places,
  };
  const close = async (): Promise<void> => {
    await Promise.all([
      ...watched.map(({ sender }) => sender.close()),
      videos.close(),
      topics.close(),
      closeRedis(redis),
    ]);
    await database.$disconnect();
  };
  return { parts, close };
}

async function pictureOf(url: string, timeoutMs: number): Promise<CameraPicture> {
  const { source, codec, fps } = await probe(url, { timeoutMs });
  return { ...source, codec, fps };
}
