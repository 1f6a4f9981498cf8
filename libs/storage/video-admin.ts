/** Uploaded videos as people manage them. What the analysis does with them is in `videos.ts`. */
import type { Database } from './database.js';
import type { Camera, Video } from './generated/client.js';

/** A video with the camera row that stands for it. */
export interface VideoRow extends Video {
  readonly camera: Camera;
}

/** A file that was received whole. `path`: where it lies. */
export interface NewVideo {
  readonly id: string;
  readonly fileName: string;
  readonly path: string;
  readonly bytes: number;
  readonly fps: number;
  /** Wall clock of media time 0, milliseconds. */
  readonly startedAtMs: number;
}

/** Videos that are not deleted, newest first. */
export function listVideos(database: Database): Promise<VideoRow[]> {
  return database.video.findMany({
    where: { camera: { deletedAt: null } },
    include: { camera: true },
    orderBy: [{ createdAt: 'desc' }, { cameraId: 'asc' }],
  });
}

/** One video that is not deleted; null when there is none. */
export function findVideo(database: Database, id: string): Promise<VideoRow | null> {
  return database.video.findFirst({ where: { cameraId: id, camera: { deletedAt: null } }, include: { camera: true } });
}

/** Stores camera and video row of an upload, together or not at all. */
export async function addVideo(database: Database, video: NewVideo): Promise<VideoRow> {
  const { id, fileName, path, bytes, fps, startedAtMs } = video;
  return database.video.create({
    data: {
      fileName,
      path,
      bytes: BigInt(bytes),
      startedAtMs,
      camera: { create: { id, name: fileName, kind: 'video', fps } },
    },
    include: { camera: true },
  });
}

/** Cancels a video that is waiting or being analysed; false when it is in another state. */
export async function cancelVideo(database: Database, id: string, atMs: number): Promise<boolean> {
  const { count } = await database.video.updateMany({
    where: { cameraId: id, status: { in: ['queued', 'analysing'] } },
    data: { status: 'cancelled', finishedAt: new Date(atMs) },
  });
  return count === 1;
}

/** Ids of videos that wait to be analysed: whoever starts makes sure that each is in the queue. */
export async function queuedVideos(database: Database): Promise<string[]> {
  const rows = await database.video.findMany({
    where: { status: 'queued', camera: { deletedAt: null } },
    select: { cameraId: true },
  });
  return rows.map((row) => row.cameraId);
}
