import path from 'node:path';
import { unfinishedVideos } from '#storage/videos.js';
import type { Parts } from '../parts.js';
import { sweepUploads } from './upload-sweep.js';

const PERIOD_MS = 30_000;
const ORPHAN_AGE_MS = 3_600_000;

/**
 * Queues every video again whose row says that it waits, now and each half minute: sending a message that is in the queue
 * already has no effect. Sweeps the upload folder once. Returns the end of it.
 */
export function startUploadRecovery(parts: Parts): () => void {
  const queueAgain = async (): Promise<void> => {
    for (const { cameraId, status } of await unfinishedVideos(parts.database)) {
      if (status === 'queued') await parts.videos.send(cameraId, { type: 'video.uploaded', v: 1, cameraId });
    }
  };
  const sweep = async (): Promise<void> => {
    const removed = await sweepUploads(path.join(path.resolve(parts.settings.POSEWATCH_DATA_DIR), 'uploads'), {
      nowMs: parts.clock.nowMs(),
      minAgeMs: ORPHAN_AGE_MS,
      isKept: async (file) => (await parts.database.video.count({ where: { path: file } })) > 0,
    });
    if (removed.length > 0) parts.log.info({ event: 'uploads.swept', removed }, 'broken uploads were removed');
  };
  let running = false;
  const run = (work: () => Promise<void>): void => {
    if (running) return;
    running = true;
    work()
      .catch((problem: unknown) => {
        parts.log.warn({ event: 'uploads.recovery-failed', err: problem }, 'uploads could not be queued again');
      })
      .finally(() => {
        running = false;
      });
  };
  run(async () => {
    await sweep();
    await queueAgain();
  });
  const timer = setInterval(() => {
    run(queueAgain);
  }, PERIOD_MS);
  return () => {
    clearInterval(timer);
  };
}
