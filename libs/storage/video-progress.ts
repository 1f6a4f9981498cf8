import type { Database } from './database.js';
import type { StoredVideo } from './videos.js';

const MOST = 200;

/** Videos that wait, are being analysed or were finished after `since`: at most 200, newest first. */
export function listChangingVideos(database: Database, since: Date): Promise<StoredVideo[]> {
  return database.video.findMany({
    where: {
      camera: { deletedAt: null },
      OR: [{ status: { in: ['queued', 'analysing'] } }, { finishedAt: { gt: since } }],
    },
    include: { camera: true },
    orderBy: { createdAt: 'desc' },
    take: MOST,
  });
}
