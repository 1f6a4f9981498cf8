import type { CameraHealth } from '#contracts/camera-health.js';
import { profileOf } from '#pose/profile.js';
import type { Camera } from '#storage/cameras.js';
import type { CameraView } from '../api/schemas/cameras.js';

/** A camera as the API shows it: without credentials. */
export function cameraViewOf(row: Camera, health: CameraHealth | null): CameraView {
  return {
    id: row.id,
    name: row.name,
    url: row.url ?? '',
    hasCredentials: row.credentials !== null,
    enabled: row.enabled,
    fps: row.fps,
    profile: profileOf(row.profile),
    wide: row.wide,
    motionGate: row.motionGate,
    modelId: row.modelId,
    privacy: row.privacy === 'pose-only' ? 'pose-only' : 'full',
    sourceWidthPx: row.sourceWidthPx,
    sourceHeightPx: row.sourceHeightPx,
    position: row.position,
    epoch: row.epoch,
    createdAt: row.createdAt.toISOString(),
    health,
  };
}
