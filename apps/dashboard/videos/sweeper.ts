import path from 'node:path';
import { sweepRemovedCameras } from '#storage/cameras.js';
import { emptyBin } from '../models/model-bin.js';
import type { Parts } from '../parts.js';
import { sweepUploads } from './upload-sweep.js';

const PERIOD_MS = 3_600_000;
const ORPHAN_AGE_MS = 3_600_000;
/** How long a deleted camera or video can be restored. */
const UNDO_MS = 30 * 24 * 3_600_000;

/** The same for a model, whose files are large and can be fetched again. */
const MODEL_UNDO_MS = 24 * 3_600_000;

/**
 * Deletes for good what was deleted a month ago, and the files in the upload folder that belong to no video (any more), and models that were removed a day ago: now
 * and each hour. Returns the end of it.
 */
export function startSweeper(parts: Parts): () => void {
  const { database, clock, log, settings } = parts;
  const sweep = async (): Promise<void> => {
    const nowMs = clock.nowMs();
    const cameras = await sweepRemovedCameras(database, new Date(nowMs - UNDO_MS));
    const files = await sweepUploads(path.resolve(settings.POSEWATCH_DATA_DIR, 'uploads'), {
      nowMs,
      minAgeMs: ORPHAN_AGE_MS,
      isKept: async (id) => (await database.video.count({ where: { cameraId: id } })) > 0,
    });
    const models = await emptyBin(settings.POSEWATCH_MODELS_DIR, nowMs - MODEL_UNDO_MS);
    if (cameras.length + files.length + models.length > 0)
      log.info({ event: 'swept', cameras, files, models }, 'old deletions were swept');
  };
  const run = (): void => {
    sweep().catch((problem: unknown) => {
      log.warn({ event: 'sweep.failed', err: problem }, 'old deletions could not be swept; tried again in an hour');
    });
  };
  run();
  const timer = setInterval(run, PERIOD_MS);
  return () => {
    clearInterval(timer);
  };
}
