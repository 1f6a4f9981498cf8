import { topics } from '#contracts/channels.js';
import type { CameraChanged } from '#contracts/camera-changed.js';
import { listCameras } from '#storage/cameras.js';
import { unfinishedVideos } from '#storage/videos.js';
import type { Parts } from './parts.js';

/** Tells ingest and tracker to read a camera again. Only a hint, so nobody waits for it: the database is the truth. */
export function hintCameraChanged(parts: Pick<Parts, 'topics' | 'log'>, cameraId: string): void {
  const message: CameraChanged = { type: 'camera.changed', v: 1, cameraId };
  parts.topics.publish(topics.cameraChanged, message).catch((problem: unknown) => {
    parts.log.warn({ event: 'hint.failed', cameraId, err: problem }, 'camera.changed could not be published');
  });
}

/** The same for every camera, and every video that is under way. */
export async function hintAllCamerasChanged(parts: Pick<Parts, 'topics' | 'log' | 'database'>): Promise<void> {
  const cameras = await listCameras(parts.database);
  const videos = await unfinishedVideos(parts.database);
  for (const id of [...cameras.map((row) => row.id), ...videos.map((row) => row.cameraId)])
    hintCameraChanged(parts, id);
}
