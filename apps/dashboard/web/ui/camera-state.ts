import type { CameraHealth } from '#contracts/camera-health.js';

/** How a camera is doing, in the words and the tone that the page shows it with. */
export interface CameraState {
  readonly tone: 'fine' | 'paused' | 'warning' | 'critical';
  readonly label: string;
  /** What is wrong; null while all is well. */
  readonly problem: string | null;
}

const words: Readonly<Record<CameraHealth['state'], CameraState>> = {
  live: { tone: 'fine', label: 'Live', problem: null },
  connecting: { tone: 'paused', label: 'Connecting', problem: null },
  reconnecting: { tone: 'critical', label: 'No signal', problem: 'The camera went away. Reconnecting.' },
  refused: { tone: 'critical', label: 'Refused', problem: 'The camera refused the connection.' },
  stopped: { tone: 'paused', label: 'Stopped', problem: null },
};

/** Until then nobody can have news of a new camera: an ingest process looks for new ones each few seconds. */
const NEW_MS = 15_000;

/**
 * Reads the state of a camera from its newest health; null health means that nobody has news of it. `createdAt`: ISO 8601.
 */
export function cameraStateOf(
  camera: { readonly enabled: boolean; readonly createdAt: string },
  health: CameraHealth | null,
  nowMs: number,
): CameraState {
  if (!camera.enabled) return { tone: 'paused', label: 'Paused', problem: null };
  if (health === null && nowMs - Date.parse(camera.createdAt) < NEW_MS) return words.connecting;
  if (health === null) {
    return { tone: 'warning', label: 'No news', problem: 'No ingest service reports on this camera.' };
  }
  const { tone, label, problem } = words[health.state];
  if (health.state === 'live' && health.problem !== null) return { tone: 'warning', label, problem: health.problem };
  return { tone, label, problem: health.problem ?? problem };
}
