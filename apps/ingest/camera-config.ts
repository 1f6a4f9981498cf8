import { profileOf, type ProfileName } from '#pose/profile.js';
import { joinCameraUrl } from '#security/camera-url.js';
import type { SecretBox } from '#security/secret-box.js';
import type { Camera } from '#storage/cameras.js';

/** What a session of a live camera depends on; a change of any of it means a new session. */
export interface CameraConfig {
  readonly cameraId: string;
  /** With credentials; never logged. */
  readonly url: string;
  readonly fps: number;
  readonly profile: ProfileName;
  readonly wide: boolean;
  readonly modelId: string | null;
  readonly poseOnly: boolean;
  /** A still scene is not analysed but for a heartbeat. */
  readonly motionGate: boolean;
}

/**
 * The configuration of a stored camera; null when it has no address or is switched off.
 * @throws AppError `data-loss` when its credentials cannot be opened.
 */
export function cameraConfig(row: Camera, options: { readonly secretBox: SecretBox }): CameraConfig | null {
  if (row.url === null || !row.enabled) return null;
  const credentials = row.credentials === null ? null : options.secretBox.open(row.credentials);
  return {
    cameraId: row.id,
    url: joinCameraUrl({ url: row.url, credentials }),
    fps: row.fps,
    profile: profileOf(row.profile),
    wide: row.wide,
    modelId: row.modelId,
    poseOnly: row.privacy === 'pose-only',
    motionGate: row.motionGate,
  };
}

export function sameConfig(a: CameraConfig, b: CameraConfig): boolean {
  return (
    a.url === b.url &&
    a.fps === b.fps &&
    a.modelId === b.modelId &&
    a.profile === b.profile &&
    a.wide === b.wide &&
    a.poseOnly === b.poseOnly &&
    a.motionGate === b.motionGate
  );
}
