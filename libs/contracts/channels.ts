import type { FrameKey } from '#base/ids.js';

/** The only list of what flows where. Queues are BullMQ, topics are Redis publish, keys are Redis keys. */

/** BullMQ queue of `frame.captured`. */
export const FRAMES_QUEUE = 'frames';

/** BullMQ queue of `video.uploaded`. */
export const VIDEOS_QUEUE = 'videos';

/** BullMQ queue of one lane of `poses.estimated`; each runs with global concurrency 1, so that its order holds. */
export function lanesQueue(lane: number): string {
  return `poses-${lane}`;
}

/** The lane of a camera: FNV-1a of its id, modulo the number of lanes, so that it never changes while `laneCount` does not. */
export function laneOf(cameraId: string, laneCount: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < cameraId.length; i++) hash = Math.imul(hash ^ cameraId.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % laneCount;
}

/** Topics, published through Redis: `tracks.updated`, `behavior.detected`, `camera.changed`. */
export const topics = {
  tracksUpdated: 'tracks.updated',
  behaviorDetected: 'behavior.detected',
  cameraChanged: 'camera.changed',
} as const;

/** Redis key of a frame's pixels: raw RGB, with a time-to-live. */
export function frameStoreKey(key: FrameKey): string {
  return `frame:${key.cameraId}:${key.epoch}:${key.seq}`;
}

/** Redis key of a camera's `camera.health`, JSON, with a time-to-live. */
export function healthKey(cameraId: string): string {
  return `health:${cameraId}`;
}

/** Redis key that an ingest process holds while it runs a camera, with a time-to-live. */
export function cameraLeaseKey(cameraId: string): string {
  return `lease:camera:${cameraId}`;
}

/** Redis stream of a live camera's fragmented MP4: entries with fields `kind`, `epoch`, `keyframe`, `ptsUs`, `bytes`; two groups of pictures long. */
export function liveStreamKey(cameraId: string): string {
  return `live:${cameraId}`;
}

/** Redis key of a service's heartbeat, JSON, with a time-to-live: `service:inference:<instance>`. */
export function serviceKey(service: string, instance: string): string {
  return `service:${service}:${instance}`;
}
